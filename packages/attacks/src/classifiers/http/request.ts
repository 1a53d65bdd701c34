import { AbortedError, checkWhole, InputError, show, throwIfAborted } from "@kwta/core";
import { pause } from "./pause.ts";
import type { HttpBody } from "./protocol.ts";

/** @see {@link HttpClassifierOptions} */
interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly timeoutMs?: number | undefined;
  readonly retries?: number | undefined;
  readonly requestsPerSecond?: number | undefined;
}

/** Sends a question, again where that may help, and gives the answer's body. */
type Request = (question: HttpBody, signal?: AbortSignal) => Promise<Uint8Array>;

/** An answer that is no answer. */
interface Failure {
  /** In words. */
  readonly said: string;
  /** When to ask again; undefined where that is of no use. */
  readonly waitMs: number | undefined;
}

/** @throws InputError for settings that cannot be */
export function requester(url: string, options: RequestOptions): Request {
  const { headers = {}, timeoutMs = 30_000, retries = 5, requestsPerSecond = Infinity } = options;
  checkWhole("timeoutMs", timeoutMs);
  checkWhole("retries", retries, 0);
  if (!(requestsPerSecond > 0)) {
    throw new InputError(`requestsPerSecond is ${show(requestsPerSecond)}. Give a positive number.`);
  }
  const sent = checkHeaders(headers);
  const turn = turns(1000 / requestsPerSecond);
  return async (question, signal) => {
    for (let attempt = 0; ; attempt++) {
      await turn(signal);
      const answer = await send(url, question, sent, timeoutMs, attempt, signal);
      if (answer instanceof Uint8Array) return answer;
      const { said, waitMs } = answer;
      if (waitMs === undefined) throw new InputError(`The model at ${url} ${said}.`);
      if (attempt >= retries) {
        throw new InputError(
          `The model at ${url} could not be asked: ${attempt + 1} times it ${said}. Try again later.`,
        );
      }
      await pause(waitMs, signal);
    }
  };
}

/** Each waits until so long after the one before. */
function turns(gapMs: number): (signal: AbortSignal | undefined) => Promise<void> {
  let next = 0;
  return async (signal) => {
    throwIfAborted(signal);
    if (gapMs === 0) return;
    const now = performance.now();
    const at = Math.max(now, next);
    next = at + gapMs;
    if (at > now) await pause(at - now, signal);
  };
}

async function send(
  url: string,
  { body, type = "application/json" }: HttpBody,
  headers: Headers,
  timeoutMs: number,
  attempt: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | Failure> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const all = new Headers(headers);
  if (!all.has("content-type")) all.set("content-type", type);
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: all,
      // A question that is redirected may become another one.
      redirect: "manual",
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return response.ok ? bytes : failureOf(response, bytes, attempt);
  } catch (error) {
    if (signal?.aborted === true) throw new AbortedError();
    const waitMs = backOff(attempt);
    if (timeout.aborted) return { said: `gave no answer within ${timeoutMs / 1000} s`, waitMs };
    return { said: `was not reached (${reasonOf(error as Error)})`, waitMs };
  }
}

function failureOf({ status, statusText, headers }: Response, bytes: Uint8Array, attempt: number): Failure {
  const where = headers.get("location");
  if (where !== null)
    return { said: `answered ${status} and names another address, ${show(where)}. Give that`, waitMs: undefined };
  const text = new TextDecoder()
    .decode(bytes)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  const said = `answered ${`${status} ${statusText}`.trim()}${text === "" ? "" : `: ${show(text)}`}`;
  if (!BUSY.has(status)) return { said, waitMs: undefined };
  return { said, waitMs: retryAfter(headers.get("retry-after")) ?? backOff(attempt) };
}

const BUSY: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

function backOff(attempt: number): number {
  return Math.min(30_000, 500 * 2 ** attempt);
}

/** Seconds, or a date. */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(LONGEST_WAIT_MS, Math.max(0, ms)) : undefined;
}

const LONGEST_WAIT_MS = 600_000;

function reasonOf({ message, cause }: Error): string {
  const inner = cause as (Error & { readonly code?: string }) | undefined;
  return inner?.code ?? inner?.message ?? message;
}

function checkHeaders(headers: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers({ accept: "application/json", ...headers });
  } catch {
    // What a header holds may be a secret.
    throw new InputError(`The headers ${show(Object.keys(headers))} cannot be sent: names or values are not allowed.`);
  }
}
