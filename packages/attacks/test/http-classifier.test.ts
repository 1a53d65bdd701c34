import "@tensorflow/tfjs-backend-cpu";
import { AbortedError, fromBase64, keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  asClassifier,
  hopSkipJump,
  httpClassifier,
  nestedImages,
  predict,
  runAttack,
  simba,
  square,
  type AttackLike,
  type AttackResult,
  type Classifier,
  type HttpClassifierOptions,
  type RunAttackOptions,
} from "../src/index.ts";

const N = 6;
const SHAPE = [4, 4, 3];

interface Asked {
  readonly want: "scores" | "labels";
  readonly shape: [number, ...number[]];
  readonly images: string | number[][][][];
}

/** What the server does with a request before it answers as it should; true where it has answered. */
type Trouble = (response: ServerResponse, asked: Asked, request: IncomingMessage) => boolean | Promise<boolean>;

let near: Classifier;
let x: tf.Tensor;
let labels: Int32Array;
let server: Server;
let url: string;
let trouble: Trouble[];
let requests: { readonly at: number; readonly headers: IncomingMessage["headers"]; readonly n: number }[];

beforeAll(async () => {
  await tf.setBackend("cpu");
  const net = sequential({
    layers: [layers.flatten({ inputShape: [4, 4, 3] }), layers.dense({ units: 3 })],
  });
  net.setWeights(
    net.getWeights().map(({ shape }, i) => {
      return tf.tensor(keyedRandom(4, "weights", i).normal(new Float32Array(tf.util.sizeFromShape(shape))), shape);
    }),
  );
  near = asClassifier(net);
  x = tf.tensor(keyedRandom(4, "x").uniform(new Float32Array(N * 48), 0.2, 0.8), [N, ...SHAPE]);
  labels = (await predict(near, { x, labels: new Int32Array(N) })).predicted;
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/classify`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  trouble = [];
  requests = [];
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  const asked = JSON.parse(Buffer.concat(parts).toString()) as Asked;
  requests.push({ at: performance.now(), headers: request.headers, n: asked.shape?.[0] ?? 0 });
  const next = trouble.shift();
  if (next !== undefined && (await next(response, asked, request))) return;
  const logits = scores(asked);
  const classes = (): number[] => logits.map((row) => row.indexOf(Math.max(...row)));
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(asked.want === "scores" ? { scores: logits } : { labels: classes() }));
}

function scores({ shape, images }: Asked): number[][] {
  const values =
    typeof images === "string"
      ? new Float32Array(fromBase64(images).buffer)
      : Float32Array.from(images.flat(3) as unknown as number[]);
  return tf.tidy(() => near.logits(tf.tensor(values, shape), new Int32Array(shape[0])).arraySync());
}

const says =
  (body: string, status = 200, headers: Record<string, string> = {}): Trouble =>
  (response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
const far = (options: Partial<HttpClassifierOptions> = {}): Classifier =>
  httpClassifier(url, { inputShape: SHAPE, numClasses: 3, ...options });

async function attack(by: AttackLike, on: Classifier, options: Partial<RunAttackOptions> = {}): Promise<Found> {
  const threat = { norm: "linf", eps: 0.3 } as const;
  const result = await runAttack(by, on, { x, labels }, { threat, seed: 3, ...options });
  const values = Array.from(await result.adversarial.data());
  result.dispose();
  const { success, queries, firstSuccessAt, diagnostics } = result;
  return { success, queries, firstSuccessAt, diagnostics, values };
}
type Found = Pick<AttackResult, "success" | "queries" | "firstSuccessAt" | "diagnostics"> & { values: number[] };

describe("an attack through HTTP finds what it finds on the model itself", () => {
  test("Square by scores, in base64, 4 images a request", async () => {
    const here = await attack(square({ queries: 25 }), near);
    expect(await attack(square({ queries: 25 }), far({ batchSize: 4 }))).toEqual(here);
    expect([...here.success]).toContain(1);
    expect(Math.max(...requests.map(({ n }) => n))).toBe(4);
  });

  test("SimBA by scores, in nested lists, through trouble that passes", async () => {
    const busy = says("<html><h1>Busy</h1></html>", 503, { "retry-after": "0" });
    const limit = says("slow down", 429, { "retry-after": new Date(0).toUTCString() });
    trouble = [busy, limit, busy, (response) => Boolean(response.destroy())];
    const here = await attack(simba({ queries: 30 }), near);
    expect(await attack(simba({ queries: 30 }), far({ encode: "nested" }))).toEqual(here);
  });

  test("HopSkipJump by classes", async () => {
    const nearest = { aim: "nearest", threat: { norm: "l2", eps: Infinity }, budget: { queries: 80 } } as const;
    const by = hopSkipJump({ steps: 2, firstQueries: 30 });
    const here = await attack(by, near, nearest);
    expect(await attack(by, far({ access: "label" }), nearest)).toEqual(here);
    expect([...here.success]).toContain(1);
  });
});

const ask = (on: Classifier, signal?: AbortSignal): Promise<unknown> => predict(on, { x, labels }, { signal });

test("headers are sent, and other services are spoken to by encode and decode", async () => {
  const read: Asked[] = [];
  trouble = [
    (response, asked) => {
      read.push(asked);
      const { instances } = asked as unknown as { instances: number[][][][] };
      const predictions = scores({ want: "scores", shape: [N, 4, 4, 3], images: instances });
      response.end(JSON.stringify({ predictions }));
      return true;
    },
  ];
  const service = far({
    headers: { authorization: "Bearer secret" },
    encode: (images) => ({ body: JSON.stringify({ instances: nestedImages(images) }) }),
    decode: (body) => (JSON.parse(new TextDecoder().decode(body)) as { predictions: number[][] }).predictions.flat(),
  });
  expect(await ask(service)).toEqual(await ask(near));
  expect(requests[0]!.headers).toMatchObject({ authorization: "Bearer secret", "content-type": "application/json" });
});

test("it waits as long as it is told, and half a second at first where it is told nothing", async () => {
  trouble = [says("", 500), says("", 429, { "retry-after": "1" })];
  await ask(far());
  const waits = requests.slice(1).map(({ at }, i) => (at - requests[i]!.at) / 1000);
  [0.5, 1].forEach((least, i) => {
    expect(waits[i]).toBeGreaterThan(least - 0.02);
    expect(waits[i]).toBeLessThan(least + 1);
  });
});

test("no more requests a second than allowed", async () => {
  // From before the first is sent: on a busy machine that one may arrive late, and the last on time.
  const started = performance.now();
  await ask(far({ batchSize: 1, requestsPerSecond: 20 }));
  expect(requests).toHaveLength(N);
  expect(requests.at(-1)!.at - started).toBeGreaterThan(0.95 * 50 * (N - 1));
});

const never: Trouble = () => new Promise(() => {});

test.each<[RegExp, Trouble, Partial<HttpClassifierOptions>?]>([
  [/could not be asked: 2 times it answered 503 Service Unavailable: "no"/, says("no", 503, { "retry-after": "0" })],
  [/could not be asked: 2 times it gave no answer within 0\.1 s/, never, { timeoutMs: 100 }],
  [/times it was not reached \(.*(closed|RESET|hang up|SOCKET)/, (response) => Boolean(response.destroy())],
  [/answered 404 Not Found: "Nothing here"\.$/, says("<html><b>Nothing</b> here</html>", 404)],
  [/answered 401 Unauthorized\.$/, says("", 401)],
  [/answered 301 and names another address, "\/new"\. Give that\.$/, says("", 301, { location: "/new" })],
  [/answered no JSON, but "<!doctype html>/, says("<!doctype html>\n<title>Welcome</title>")],
  [/answered no JSON, but "\{\\"scores\\": \[\[NaN/, says('{"scores": [[NaN, 1, 2]]}')],
  [/answered \{"labels":\[1\]\}\. It should answer \{"scores": \[\.\.\.\]\}/, says('{"labels":[1]}')],
  [/answered "many" among its scores, which are numbers/, says('{"scores":[["many",1,2]]}')],
  [/answered 6 scores for 6 images, not 18/, says('{"scores":[1,2,3,4,5,6]}')],
  [/answered lists of 3 and 2 scores/, says('{"scores":[[1,2,3],[1,2]]}')],
  [/answered 5 classes for 6 images/, says('{"labels":[0,0,0,0,0]}'), { access: "label" }],
  [/answered 7, but the classes are 0 to 2/, says('{"labels":[0,0,0,7,0,0]}'), { access: "label" }],
])("%s", async (message, what, options = {}) => {
  trouble = [what, what];
  const run = ask(far({ retries: 1, ...options }));
  await expect(run).rejects.toThrow(message);
  await expect(run).rejects.toMatchObject({ name: "InputError" });
});

test("scores that are null count for nothing, and are told of", async () => {
  trouble = [says(JSON.stringify({ scores: Array.from({ length: N }, () => [null, 1, 0]) }))];
  const { diagnostics, success } = await attack(square({ queries: 3 }), far());
  expect([diagnostics.map(({ kind }) => kind), [...success]]).toEqual([["non-finite-logits"], new Array(N).fill(0)]);
});

test("an abort ends the request that is under way, and the pause before the next", async () => {
  for (const what of [never, says("", 429, { "retry-after": "600" })]) {
    const stop = new AbortController();
    const arrived = new Promise<void>((resolve) => {
      trouble = [
        (...given) => {
          given[0].on("close", resolve);
          setTimeout(() => stop.abort(), 50);
          return what(...given);
        },
      ];
    });
    await expect(ask(far(), stop.signal)).rejects.toThrow(AbortedError);
    await arrived;
  }
});

test("a digest goes by what the service calls its model, else by what it answers", async () => {
  const named = (name: string): Trouble => says(JSON.stringify({ model: name, scores: [] }));
  trouble = [named("a"), named("a"), named("b")];
  const digests: string[] = [];
  for (let i = 0; i < 3; i++) digests.push(await far().digest!());
  expect([digests[0] === digests[1], digests[1] === digests[2]]).toEqual([true, false]);
  const [first, second] = [await far().digest!(), await far().digest!()];
  expect(first).toBe(second);
  trouble = [says(JSON.stringify({ scores: [[1, 2, 3]] }))];
  expect(await far().digest!()).not.toBe(first);
});

test.each<[string, Partial<HttpClassifierOptions>, RegExp]>([
  ["classify", {}, /"classify" is no address of a model/],
  ["ftp://example.com", {}, /is no address/],
  ["http://me:word@example.com", {}, /holds a password.*header/],
  ["http://example.com", { timeoutMs: 0 }, /timeoutMs is 0/],
  ["http://example.com", { requestsPerSecond: 0 }, /requestsPerSecond is 0/],
  [
    "http://example.com",
    { headers: { "a b": "secret" } },
    /^((?!secret).)*headers \["a b"\] cannot be sent((?!secret).)*$/,
  ],
  ["http://example.com", { encode: "xml" as "nested" }, /encode is "xml"/],
  ["http://example.com", { retry: 3 } as object, /retry/],
])("%s with %j is refused", (address, options, message) => {
  expect(() => httpClassifier(address, { inputShape: SHAPE, numClasses: 3, ...options })).toThrow(message);
});
