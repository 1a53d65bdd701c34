import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { AbortedError, decodeSafetensors, encodeSafetensors, keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import {
  adaptive,
  apgd,
  asClassifier,
  ATTACKS,
  cascade,
  defineAttack,
  defineCombinator,
  eot,
  estimatedGradient,
  inputDiversity,
  mim,
  minimumNorm,
  multiTarget,
  pgd,
  quantized,
  restarts,
  runAttack,
  scaledCopies,
  square,
  transferFrom,
  uniformNoise,
  withLoss,
  type Attack,
  type AttackMaker,
  type AttackResult,
  type AttackSnapshot,
  type Classifier,
  type FinishedBatch,
  type Norm,
  type RunAttackOptions,
} from "../src/index.ts";

const n = 7;
const size = 12;

function numbers(name: string, length: number, low: number, high: number): Float32Array {
  return keyedRandom(4, name).uniform(new Float32Array(length), low, high);
}

/** A small net with bends, so that no attack is done at once. */
function net(name: string): Classifier {
  const [first, second] = [numbers(`${name} 1`, size * 8, -3, 3), numbers(`${name} 2`, 8 * 3, -1, 1)];
  const forward = (x: tf.Tensor): tf.Tensor => {
    const hidden = tf.tanh(
      tf.matMul(tf.reshape(tf.sub(x, 0.5), [-1, size]) as tf.Tensor2D, tf.tensor2d(first, [size, 8])),
    );
    return tf.matMul(hidden as tf.Tensor2D, tf.tensor2d(second, [8, 3]));
  };
  return asClassifier(forward, { inputShape: [4, 3, 1], numClasses: 3, digest: () => Promise.resolve(name) });
}

const model = net("model");
const inputs = numbers("inputs", n * size, 0, 1);
const images = (): tf.Tensor => tf.tensor(inputs, [n, 4, 3, 1]);
const labels = tf.tidy(() => Int32Array.from(tf.argMax(model.logits(images(), new Int32Array(n)), 1).dataSync()));

/** Some samples fall and some do not. */
const sizes: Readonly<Record<Norm, number>> = { linf: 0.04, l2: 0.11, l1: 0.3, l0: 1 };

/** Few steps of everything. */
function cheap(maker: AttackMaker): Attack {
  const small = Object.entries(maker.schema).flatMap(([name, spec]): [string, unknown][] => {
    if (spec.type === "integer" && spec.default > 5 && name !== "chunkBytes")
      return [[name, Math.max(5, spec.min ?? 0)]];
    return spec.type === "stages"
      ? [
          [
            name,
            [
              [3, 10],
              [2, 20],
            ],
          ],
        ]
      : [];
  });
  return maker({
    ...Object.fromEntries(small),
    ...(maker.id === "kwta/cw-linf" && { constant: 1, limitFactor: 0.3 }),
  } as never);
}

function settingsOf({ norms, kind }: Attack): RunAttackOptions {
  const norm = norms[0]!;
  const aim = kind === "minimum-norm" ? "nearest" : "within-eps";
  return {
    threat: { norm, eps: sizes[norm] },
    aim,
    seed: 5,
    batchSize: 4,
    keepFailed: true,
    trace: [...labels.keys()],
  };
}

type Numbers = Omit<AttackResult, "adversarial" | "elapsedMs" | "dispose"> & { readonly points: Float32Array };

async function run(attack: Attack, options: RunAttackOptions, classifier = model): Promise<Numbers> {
  const x = images();
  try {
    const result = await runAttack(attack, classifier, { x, labels }, options);
    const { adversarial, elapsedMs, dispose, ...rest } = result;
    expect(elapsedMs).toBeGreaterThan(0);
    const points = Float32Array.from(await adversarial.data());
    dispose();
    return { ...rest, points };
  } finally {
    x.dispose();
  }
}

/** Stops at a snapshot, and gives it back as a file would. */
async function stopAt(attack: Attack, options: RunAttackOptions, count: number, classifier = model) {
  const stop = new AbortController();
  let seen = 0;
  let kept: AttackSnapshot | undefined;
  const onSnapshot = (snapshot: AttackSnapshot): void => {
    if (++seen !== count) return;
    kept = decodeSafetensors(encodeSafetensors(snapshot));
    stop.abort();
  };
  const stopped = run(attack, { ...options, onSnapshot, snapshotEveryMs: 0, signal: stop.signal }, classifier);
  await expect(stopped).rejects.toThrow(AbortedError);
  return kept!;
}

async function snapshotsOf(attack: Attack, options: RunAttackOptions, expected: Numbers, classifier = model) {
  const positions: string[] = [];
  const onSnapshot = ({ metadata }: AttackSnapshot): void => void positions.push(metadata["position"]!);
  expect(await run(attack, { ...options, onSnapshot, snapshotEveryMs: 0 }, classifier)).toEqual(expected);
  return positions;
}

/**
 * Stops the attack at a random place, and, when it has gone on, at a later one; holds what comes out against a run that
 * nobody stopped.
 *
 * @returns how many snapshots there were in the middle of a loop
 */
async function checkResume(attack: Attack, given: Partial<RunAttackOptions> = {}, classifier = model): Promise<number> {
  const options = { ...settingsOf(attack), ...given };
  const before = tf.memory().numTensors;
  const expected = await run(attack, options, classifier);
  const positions = await snapshotsOf(attack, options, expected, classifier);
  const random = keyedRandom(1, attack.id);
  const first = 1 + Math.floor(random.at(0) * (positions.length - 1));
  const snapshot = await stopAt(attack, options, first, classifier);
  expect(await run(attack, { ...options, resume: snapshot }, classifier)).toEqual(expected);
  const second = 1 + Math.floor(random.at(1) * (positions.length - first - 1));
  const later = await stopAt(attack, { ...options, resume: snapshot }, second, classifier);
  expect(await run(attack, { ...options, resume: later }, classifier)).toEqual(expected);
  expect(tf.memory().numTensors).toBe(before);
  return positions.filter((position) => position.includes('"loop"')).length;
}

test.each(ATTACKS.map((maker) => [maker.id, maker] as const))("%s goes on where it was", async (_id, maker) => {
  expect(await checkResume(cheap(maker))).toBeGreaterThan(0);
});

const short = pgd({ steps: 4 });

/** Written freely, with questions that nobody awaits at its end. */
const free = defineAttack({
  id: "test/free",
  version: "1.0.0",
  access: "gradient",
  norms: ["linf"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: {},
  async run(ctx) {
    for (let i = 0; i < 3; i++) {
      tf.tidy(() => {
        const noise = Array.from(ctx.ids, (id) =>
          ctx.random("noise", id, i).uniform(new Float32Array(size), -0.03, 0.03),
        );
        ctx.oracle.labels(
          tf.clipByValue(
            tf.add(
              ctx.x,
              tf.tensor(
                noise.flatMap((each) => [...each]),
                ctx.x.shape,
              ),
            ),
            0,
            1,
          ),
          ctx.ids,
        );
      });
      if (i < 2) await ctx.tick(i / 3);
    }
  },
});

/** Goes for a smaller and smaller ball, as the best points say. */
const closer = defineCombinator({
  id: "test/closer",
  version: "1.0.0",
  kind: "minimum-norm",
  params: {},
  async run(ctx, [attack]) {
    for (let i = 0; i < 4; i++) {
      const { x, distance, found } = await ctx.best();
      const eps = distance.map((each, row) => (found[row] === 1 ? 0.8 * each : 0.04));
      await ctx.run(attack!, { start: x, eps, restart: i }).finally(() => x.dispose());
    }
  },
});

const surrogate = transferFrom(net("surrogate"), "net");
const composed: Readonly<Record<string, Attack>> = {
  restarts: restarts(short, { count: 3 }),
  cascade: cascade(short, square({ queries: 6 }), short),
  adaptive: adaptive(cascade(pgd({ steps: 3 }), apgd({ steps: 4 })), { backward: ["gate:0.1", "gate:0.3"] }),
  "minimum norm": minimumNorm(pgd({ steps: 3 }), { steps: 5 }),
  "several targets": multiTarget(cascade(apgd({ steps: 3 }), mim({ steps: 3 })), { targets: 2, order: "distance" }),
  eot: restarts(eot(short, { draws: 2, sigma: "0.3 eps" })),
  "a loss of its own": withLoss(short, { loss: "margin" }),
  "gradients from scores": estimatedGradient(restarts(short), { samples: 6 }),
  detours: inputDiversity(scaledCopies(short, { copies: 2 }), { draws: 2 }),
  quantized: quantized(restarts(short), { levels: 64 }),
  transfer: cascade(surrogate(short), restarts(short), surrogate(apgd({ steps: 3 }))),
  "a free attack among others": restarts(cascade(free, short, free)),
  "what the best points say": closer(short),
  "minimum norm of several": minimumNorm(restarts(cascade(short, uniformNoise({ draws: 4 }))), { steps: 3 }),
};

test.each(Object.entries(composed))("%s: goes on where it was", async (_name, attack) => {
  expect(await checkResume(attack)).toBeGreaterThan(3);
});

test("so do runs with targets, with a budget, and of a model that answers at random", async () => {
  const targets = labels.map((label) => (label + 1) % 3);
  expect(await checkResume(restarts(apgd({ steps: 4 })), { targets, budget: { queries: 7 } })).toBeGreaterThan(3);
  const random: Classifier = {
    ...model,
    random: true,
    logits: (x, ids, draws) =>
      tf.tidy(() => {
        const noise = Array.from(ids, (id, i) => [...keyedRandom(id, "noise", draws![i]!).normal(new Float32Array(3))]);
        return tf.add(model.logits(x, ids), tf.mul(tf.tensor2d(noise), 0.05));
      }),
  };
  expect(await checkResume(square({ queries: 8 }), { draws: 3 }, random)).toBeGreaterThan(3);
});

describe("a run that is kept", () => {
  const attack = restarts(short);
  const options = settingsOf(attack);

  test("tells of each batch, and keeps finished ones in the snapshot", async () => {
    const batches: FinishedBatch[] = [];
    const { success, queries, points } = await run(attack, { ...options, onBatch: (batch) => batches.push(batch) });
    expect(batches.map(({ at }) => at)).toEqual([0, 4]);
    expect(batches.flatMap((batch) => [...batch.success])).toEqual([...success]);
    expect(batches.flatMap((batch) => [...batch.queries])).toEqual([...queries]);
    expect(batches.flatMap(({ adversarial }) => [...adversarial.data])).toEqual([...points]);
    expect(batches[1]!.adversarial.shape).toEqual([3, 4, 3, 1]);
  });

  test("takes snapshots no more often than it is told", async () => {
    let count = 0;
    const onSnapshot = (): void => void count++;
    await run(attack, { ...options, onSnapshot });
    expect(count).toBe(0);
    await run(attack, { ...options, onSnapshot, snapshotEveryMs: 0 });
    expect(count).toBeGreaterThan(10);
  });

  test("asks nothing again that was asked", async () => {
    let asked = 0;
    const counting: Classifier = {
      ...model,
      lossAndGradient(x, ids, loss, settings) {
        asked += ids.length;
        return model.lossAndGradient(x, ids, loss, settings);
      },
    };
    const { gradients } = await run(attack, options);
    const all = gradients.reduce((sum, each) => sum + each, 0);
    const snapshot = await stopAt(attack, options, 7, counting);
    await run(attack, { ...options, resume: snapshot }, counting);
    expect(asked).toBe(all);
  });

  const refusals: Readonly<Record<string, [Partial<RunAttackOptions>, RegExp]>> = {
    "another seed": [{ seed: 6 }, /is of another run \(seed: 5 then, 6 now\)\. Resume with what made it/],
    "another size of the ball": [{ threat: { norm: "linf", eps: 0.05 } }, /threat model: not the same/],
    "another batch size": [{ batchSize: 3 }, /batch size: 4 then, 3 now/],
    targets: [{ targets: labels.map((label) => (label + 1) % 3) }, /samples: not the same/],
    "other settings": [{ keepFailed: false }, /settings: not the same/],
  };

  test.each(Object.entries(refusals))("refuses a snapshot with %s", async (_name, [changes, message]) => {
    const snapshot = await stopAt(attack, options, 5);
    await expect(run(attack, { ...options, ...changes, resume: snapshot })).rejects.toThrow(message);
  });

  test("refuses the snapshot of another attack or model, and a damaged or foreign one", async () => {
    const snapshot = await stopAt(attack, options, 5);
    const resuming = (other: unknown) => run(attack, { ...options, resume: other as AttackSnapshot });
    await expect(run(short, { ...options, resume: snapshot })).rejects.toThrow(/attack: not the same/);
    await expect(run(attack, { ...options, resume: snapshot }, net("other"))).rejects.toThrow(/model: not the same/);
    const tensors = new Map(snapshot.tensors);
    const best = tensors.get("now/best")!;
    tensors.set("now/best", { ...best, data: best.data.map((value, i) => (i === 3 ? value + 1e-6 : value)) });
    await expect(resuming({ ...snapshot, tensors })).rejects.toThrow("The snapshot is damaged.");
    const metadata = { ...snapshot.metadata, format: "kwta-attack-snapshot@2" };
    await expect(resuming({ ...snapshot, metadata })).rejects.toThrow(/is of the format "kwta-attack-snapshot@2"/);
    for (const other of [null, 3, {}, { tensors: {}, metadata: {} }]) {
      await expect(resuming(other)).rejects.toThrow(/is no snapshot/);
    }
  });

  test("goes on from the last place that can be come by again", async () => {
    // Two nested runs at once cannot be told apart.
    const both = defineCombinator({
      id: "test/both",
      version: "1.0.0",
      params: {},
      run: async (ctx, [inner]) => {
        await ctx.run(inner!, { part: [0, 2] });
        await Promise.all([ctx.run(inner!, { restart: 1 }), ctx.run(inner!, { restart: 2 })]);
      },
    })(short);
    const seen: string[] = [];
    const onSnapshot = ({ metadata }: AttackSnapshot): void => void seen.push(metadata["position"]!);
    await run(both, { ...options, batchSize: 7, onSnapshot, snapshotEveryMs: 0 });
    // Those of the first nested run, one at its end, one at the end of the batch.
    expect(seen.filter((position) => position.includes('"finished":[true]'))).toHaveLength(1);
    expect(seen.some((position) => position.includes('"finished":[false'))).toBe(false);
  });
});
