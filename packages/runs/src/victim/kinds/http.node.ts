import { httpClassifier } from "@kwta/attacks";
import { InputError, show } from "@kwta/core";
import { rangeOf, type VictimKind } from "./kind.ts";

/** A model behind an address, which shows its scores or classes. */
export const http: VictimKind = {
  name: "http",
  called: "an address (http, https) of a model",
  options: ["access", "scores", "headers", "timeout", "retries", "rate", "requestSize"],
  is: async (what) => /^https?:\/\//i.test(what),
  async open(settings, { shape, numClasses }) {
    const { what, access, scores, timeout, retries, rate, requestSize } = settings;
    const classifier = httpClassifier(what, {
      ...rangeOf(settings),
      inputShape: shape,
      numClasses,
      access,
      scores,
      headers: headersOf(settings.headers),
      timeoutMs: timeout === undefined ? undefined : Math.ceil(1000 * timeout),
      retries,
      requestsPerSecond: rate,
      batchSize: requestSize,
    });
    return { classifier, environment: {}, dispose: async () => {} };
  },
};

function headersOf(variables: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => {
      const value = process.env[variable];
      if (value !== undefined) return [name, value];
      throw new InputError(
        `The header ${show(name)} is to be read from the environment variable ${show(variable)}, which is not set.`,
      );
    }),
  );
}
