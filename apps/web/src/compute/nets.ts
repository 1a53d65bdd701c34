import { InputError, show } from "@kwta/core";
import kwta from "../../models/small-cnn-kwta.safetensors?url";
import relu from "../../models/small-cnn-relu.safetensors?url";
import { makeNet, type Net } from "./make-net.ts";
import type { NetName } from "./playground.ts";

/** A file that the reader has chosen. */
export interface NetFile {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** Files to be put in the place of a shipped net: weights alone, or a `model.json` and the files that it names. */
export interface NetRequest {
  readonly net: NetName;
  readonly files: readonly NetFile[];
  /** What stands in its activation slots where the file does not say: `"kwta:0.1"`. */
  readonly activation: string;
}

/** What was loaded. */
export interface NetReport {
  readonly model: string;
  readonly parameters: number;
}

const SHIPPED = {
  relu: { address: relu, activation: "relu" },
  kwta: { address: kwta, activation: "kwta:0.1" },
} as const;

const loaded = new Map<NetName, Promise<Net>>();

/** A net of the page, fetched when it is first asked for. */
export function netOf(name: NetName): Promise<Net> {
  const known = loaded.get(name);
  if (known) return known;
  const net = fetchNet(name);
  loaded.set(name, net);
  // What failed once may be there the next time.
  net.catch(() => loaded.delete(name));
  return net;
}

/**
 * Puts a file in the place of a shipped net.
 *
 * @throws InputError when it does not fit; the net that was there stays
 */
export async function loadNet({ net, files, activation }: NetRequest): Promise<NetReport> {
  const made = await netFrom(files, activation);
  const former = loaded.get(net);
  loaded.set(net, Promise.resolve(made));
  void former?.then(({ model }) => model.dispose());
  return { model: made.id, parameters: made.model.countParams() };
}

/** Back to the shipped net. */
export async function shipNet({ net }: Pick<NetRequest, "net">): Promise<undefined> {
  const former = loaded.get(net);
  loaded.delete(net);
  void former?.then(({ model }) => model.dispose());
  await netOf(net);
  return undefined;
}

async function netFrom(files: readonly NetFile[], activation: string): Promise<Net> {
  const onnx = files.find(({ name }) => /\.onnx$/i.test(name));
  if (onnx) {
    throw new InputError(
      `${show(onnx.name)} is an ONNX file, for which this page lacks ONNX Runtime: it would be 14 MB more. The command line attacks it ` +
        `by its scores, without gradients: kwta evaluate ${onnx.name} --dataset glyphs28 --eps 0.1 --attack square.`,
    );
  }
  const json = files.find(({ name }) => /\.json$/i.test(name));
  // Few have one: what it takes is fetched when it is needed.
  if (json) return (await import("./saved-net.ts")).savedNet(json, files);
  const [weights, ...others] = files;
  if (!weights || others.length > 0) {
    throw new InputError("Choose one file of weights, or a model.json together with the weight files that it names.");
  }
  return makeNet(weights.content, show(weights.name), activation);
}

async function fetchNet(name: NetName): Promise<Net> {
  const { address, activation } = SHIPPED[name];
  const source = `the ${name} net of this page`;
  const response = await fetch(address).catch((error: Error) => {
    throw new InputError(
      `${source} could not be fetched (${error.message}). Is the server still there? Reload the page.`,
    );
  });
  if (!response.ok) {
    throw new InputError(`${source} is not at ${response.url} (status ${response.status}). Build the page again.`);
  }
  return makeNet(new Uint8Array(await response.arrayBuffer()), source, activation);
}
