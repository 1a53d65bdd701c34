import { checkOptions, checkWhole, digest, InputError, keyedRandom, show, stableJson } from "@kwta/core";
import type { Classifier } from "../../contract/classifier.ts";
import { blackBox, type BlackBox, type BlackBoxOptions, type ImageBatch } from "../black-box.ts";
import {
  decodeAnswer,
  encodeBase64,
  encodeNested,
  modelNameIn,
  type HttpDecoder,
  type HttpEncoder,
} from "./protocol.ts";
import { requester } from "./request.ts";

/** Settings of {@link httpClassifier}. */
export interface HttpClassifierOptions extends BlackBoxOptions {
  /** Images in one request. @defaultValue 64 */
  readonly batchSize?: number | undefined;
  /** Sent along, such as `{ authorization: "Bearer ..." }`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long to wait for an answer, in milliseconds. @defaultValue 30,000 */
  readonly timeoutMs?: number | undefined;
  /**
   * How often to ask again where a service cannot be reached, is slow or says that it is busy (408, 425, 429, 500, 502, 503,
   * 504): after half a second, one, two, ... up to 30, or when its `Retry-After` says.
   *
   * @defaultValue 5
   */
  readonly retries?: number | undefined;
  /** Never more than this. @defaultValue no limit */
  readonly requestsPerSecond?: number | undefined;
  /** How images are written: in base64, or as nested lists of numbers, or by a function. @defaultValue "base64" */
  readonly encode?: "base64" | "nested" | HttpEncoder | undefined;
  /** How answers are read. @defaultValue `scores` or `labels` of a JSON object */
  readonly decode?: HttpDecoder | undefined;
}

const OPTIONS: Readonly<Record<keyof HttpClassifierOptions, true>> = {
  inputShape: true,
  numClasses: true,
  bounds: true,
  mean: true,
  std: true,
  access: true,
  scores: true,
  batchSize: true,
  random: true,
  digest: true,
  headers: true,
  timeoutMs: true,
  retries: true,
  requestsPerSecond: true,
  encode: true,
  decode: true,
};

/**
 * A classifier of a model behind an address, asked by HTTP POST, in Node and in pages. It shows scores or, with
 * `access: "label"`, classes. The protocol is small:
 *
 * - Asked is `{ "want": "scores", "shape": [n, height, width, channels], "images": "..." }`, the values as base64 of
 *   little-endian float32 in the order of the shape, or with `encode: "nested"` as lists in lists. `"want"` may be
 *   `"labels"`.
 * - Answered is `{ "scores": [[...], ...] }`, a list for each image, or `{ "labels": [...] }`. `"model"`, if it is there,
 *   tells models apart: evaluations that are kept go by it, else by what is answered about two images.
 *
 * Other services are spoken to by `encode` and `decode`.
 *
 * @throws InputError for settings that cannot be; the classifier, where no answer comes or it cannot be used
 *
 * @example
 * ```ts
 * const classifier = httpClassifier("https://example.com/classify", {
 *   inputShape: [32, 32, 3],
 *   numClasses: 10,
 *   headers: { authorization: `Bearer ${token}` },
 *   requestsPerSecond: 10,
 * });
 * ```
 */
export function httpClassifier(url: string, options: HttpClassifierOptions): Classifier {
  checkOptions("httpClassifier", options, OPTIONS);
  const { headers, timeoutMs, retries, requestsPerSecond, encode, decode, ...rest } = options;
  const { access = "score", numClasses, inputShape, batchSize = 64 } = rest;
  checkWhole("batchSize", batchSize);
  const place = checkUrl(url);
  const request = requester(place, { headers, timeoutMs, retries, requestsPerSecond });
  const want = access === "label" ? "labels" : "scores";
  const write = encoderOf(encode);
  const ask: BlackBox = async (images, { signal }) => {
    const body = await request(write(images, want), signal);
    return decode === undefined ? decodeAnswer(body, want, place) : decode(body, images.shape[0]!);
  };
  const identity = async (): Promise<string> => {
    const body = await request(write(probes(inputShape), want));
    const name = decode === undefined ? modelNameIn(body) : undefined;
    const { bounds, mean, std, scores } = rest;
    const settings = { url: place, access, numClasses, inputShape, bounds, mean, std, scores };
    return digest(stableJson({ ...settings, model: name ?? new TextDecoder().decode(body) }));
  };
  return blackBox(ask, { digest: identity, ...rest, batchSize });
}

function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InputError(`${show(text)} is no address of a model. Give one such as "https://example.com/classify".`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new InputError("The address of the model holds a password. Send it in a header: authorization.");
  }
  return url.href;
}

function encoderOf(encode: HttpClassifierOptions["encode"] = "base64"): HttpEncoder {
  if (typeof encode === "function") return encode;
  if (encode === "base64") return encodeBase64;
  if (encode === "nested") return encodeNested;
  throw new InputError(`encode is ${show(encode)}. Give "base64", "nested" or a function.`);
}

/** Two images that no model has been made for: what it answers tells it from others. */
function probes(inputShape: readonly number[]): ImageBatch {
  const size = inputShape.reduce((all, each) => all * each, 1);
  const values = keyedRandom(0, "probes").uniform(new Float32Array(2 * size), 0, 1);
  return { values, shape: [2, ...inputShape], ids: Int32Array.of(0, 1) };
}
