import { AbortedError } from "@kwta/core";
import { ownPort, serveCalls, type Handlers } from "@kwta/workers";
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
import type { Calls, Computations, PlaygroundRequest } from "./protocol.ts";
import { race } from "./race.ts";
import { startPageBackend } from "./start-backend.ts";

/** What is computed, as soon as a backend is there. */
const computations: Handlers<Computations> = {
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

let backend: Promise<unknown> = Promise.resolve();
let tellLost: (reason: string) => void;
const lost = new Promise<string>((resolve) => (tellLost = resolve));

type Handler = (args: never, signal: AbortSignal, emit: never) => Promise<unknown>;

/** Without a backend nothing is answered: the page, which is told, asks another worker. */
function withBackend(handlers: Handlers<Computations>): Handlers<Computations> {
  const waiting =
    (handler: Handler): Handler =>
    async (args, signal, emit) => {
      await backend.catch(() => new Promise(() => {}));
      if (signal.aborted) throw new AbortedError();
      return handler(args, signal, emit);
    };
  const entries = Object.entries(handlers).map(([name, handler]) => [name, waiting(handler)]);
  return Object.fromEntries(entries) as Handlers<Computations>;
}

serveCalls<Calls>(ownPort(), {
  ...withBackend(computations),
  backends: async () => BACKENDS.map(({ name }) => name),
  async backend(args) {
    const started = startPageBackend(args, ({ message }) => tellLost(message));
    backend = started;
    return started;
  },
  lost: () => lost,
  tensors: async () => tf.memory().numTensors,
});
