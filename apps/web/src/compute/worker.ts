import { AbortedError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { activationColumns } from "./activations.ts";
import { BACKENDS } from "./backends.ts";
import { attackImage } from "./image-attack.ts";
import { otherThan } from "./attacks.ts";
import { SIDE } from "./side.ts";
import { landscapes } from "./landscape.ts";
import { logitLines } from "./logit-lines.ts";
import { loadNet, netOf, shipNet } from "./nets.ts";
import { offeredAttacks } from "./offered-attacks.ts";
import { openPlayground, type NetName, type Playground } from "./playground.ts";
import type { CallError, CallName, Calls, FromWorker, PlaygroundRequest, ToWorker } from "./protocol.ts";
import { race } from "./race.ts";
import { startPageBackend } from "./start-backend.ts";

type Handlers = {
  readonly [N in CallName]: (
    args: Calls[N]["args"],
    signal: AbortSignal,
    emit: (event: Calls[N]["event"]) => void,
  ) => Promise<Calls[N]["result"]>;
};

let backend: Promise<unknown> = Promise.resolve();

const handlers: Handlers = {
  async backend(args) {
    const started = startPageBackend(args, ({ message }) => send({ kind: "lost", reason: message }));
    backend = started;
    return started;
  },
  playground: ({ settings, step }, signal) => picture(settings, step, signal),
  activations: (args) => activationColumns(args),
  loadNet: (args) => loadNet(args),
  shipNet: (args) => shipNet(args),
  attacks: async () => offeredAttacks(),
  attackImage: async (args, signal, emit) => {
    const [own, other] = [await netOf(args.net), await netOf(otherThan(args.net))];
    return attackImage(own.classifier, other.classifier, args, emit, signal);
  },
  logitLines: async (args, signal) => logitLines((await netOf(args.net)).classifier, args, signal),
  scores: async ({ image }) => ({ relu: await scoresOf("relu", image), kwta: await scoresOf("kwta", image) }),
  landscapes: async (args, signal) =>
    landscapes({ relu: await netOf("relu"), kwta: await netOf("kwta") }, args, signal),
  // Few train a net here: what it takes is fetched when it is asked for.
  trainNet: async (args, signal, emit) => (await import("./train-net.ts")).trainNet(args, emit, signal),
  race: async (args, signal, emit) => race(args, async (net) => (await netOf(net)).classifier, emit, signal),
};

let playground: Playground | undefined;
/** Pictures are made one after the other, since they share the nets. */
let painting: Promise<unknown> = Promise.resolve();

function picture(
  settings: PlaygroundRequest["settings"],
  step: number,
  signal: AbortSignal,
): Promise<Calls["playground"]["result"]> {
  const next = painting.then(async () => {
    if (playground && (playground.step > step || JSON.stringify(playground.settings) !== JSON.stringify(settings))) {
      playground.dispose();
      playground = undefined;
    }
    playground ??= openPlayground(settings);
    await playground.trainTo(step, signal);
    return playground.picture();
  });
  painting = next.catch(() => undefined);
  return next;
}

async function scoresOf(net: NetName, image: Float32Array): Promise<Float32Array> {
  const { classifier } = await netOf(net);
  const logits = tf.tidy(() => classifier.logits(tf.tensor4d(image, [1, SIDE, SIDE, 1]), Int32Array.of(0)));
  const scores = new Float32Array(await logits.data<"float32">());
  logits.dispose();
  return scores;
}

send({ kind: "backends", names: BACKENDS.map(({ name }) => name) });

const running = new Map<number, AbortController>();

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "abort") running.get(data.id)?.abort();
  else void answer(data);
});

async function answer({ id, name, args }: Extract<ToWorker, { kind: "call" }>): Promise<void> {
  const control = new AbortController();
  running.set(id, control);
  try {
    // Without a backend the page, which is told, asks another worker.
    if (name !== "backend") await backend.catch(() => new Promise(() => {}));
    if (control.signal.aborted) throw new AbortedError();
    const handler = handlers[name] as (...args: unknown[]) => Promise<unknown>;
    const result = await handler(args, control.signal, (event: unknown) => send({ kind: "event", id, event }));
    send({ kind: "result", id, result, tensors: tf.memory().numTensors });
  } catch (error) {
    send({ kind: "error", id, error: explain(error) });
  } finally {
    running.delete(id);
  }
}

function explain(error: unknown): CallError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === "AbortError") return { kind: "stopped", message };
  return { kind: name === "InputError" ? "input" : "backend", message };
}

function send(message: FromWorker): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
  postMessage(message);
}
