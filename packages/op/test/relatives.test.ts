// The gradients of TensorFlow.js's own ops are registered by this import.
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import { useWay } from "../../../test/use-way.ts";
import { useScopes } from "./use-scopes.ts";
import {
  activationLayer,
  batchTopK,
  dutyCycles,
  kwta,
  kwtaStat,
  meanSparse,
  statisticalTopK,
  stochasticLwta,
  useDraws,
} from "../src/index.ts";
import { referenceSoftWinners } from "../src/reference.ts";
import { rowUniform, unitOf } from "../src/shared/row-random.ts";
import { WAYS } from "./ways.ts";

/** Two samples of three positions and four channels, in doubles. */
const [POSITIONS, CHANNELS] = [3, 4];
const SIZE = POSITIONS * CHANNELS;
const X = Array.from({ length: 2 * SIZE }, (_, i) => Math.fround(1.7 * Math.sin(2 + i * i)));
const DY = X.map((_, i) => 1 + 0.25 * (i % 7) - 0.5 * (i % 3));
const samples = [X.slice(0, SIZE), X.slice(SIZE)];

const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
const std = (x: readonly number[]): number => Math.sqrt(mean(x.map((v) => (v - mean(x)) ** 2)));
const kth = (x: readonly number[], k: number): number => [...x].sort((a, b) => b - a)[k - 1]!;
/** Half-way from the k-th largest to the next, so that no value is at the jump. */
const between = (x: readonly number[], k: number): number => (kth(x, k) + kth(x, k + 1)) / 2;
const sigmoid = (u: number): number => 1 / (1 + Math.exp(-u));

/** A function of both samples in doubles, and what of it TensorFlow.js computes. */
type Plain = (x: number[]) => number[];

/** The derivative of `sum(dy * f(x))`. */
function slope(f: Plain): number[] {
  const total = (i: number, h: number): number =>
    f(X.map((v, j) => (i === j ? v + h : v))).reduce((sum, y, j) => sum + DY[j]! * y, 0);
  return X.map((_, i) => (total(i, 1e-6) - total(i, -1e-6)) / 2e-6);
}

const T = 0.3;
const bySample =
  (f: (x: number[], base: number[]) => number[]): Plain =>
  (x) =>
    [0, 1].flatMap((n) => f(x.slice(n * SIZE, (n + 1) * SIZE), samples[n]!));
const reach = (x: readonly number[], limit: (i: number) => number): number[] =>
  x.map((v, i) => (v >= limit(i) ? v : 0));
const gated = (x: readonly number[], t: number, s: number): number[] => x.map((v) => v * sigmoid((v - t) / (T * s)));

// The number below which nine tenths of a standard normal distribution lie.
const Z = 1.2815515655446004;
const ofStat = (x: readonly number[]): number => mean(x) + Z * std(x);
const K_OF_BATCH = 2 * 3;
const BOOST = [0.5, 2, 1, 1.25];
const boosted = (x: readonly number[]): number[] => x.map((v, i) => v * BOOST[i % CHANNELS]!);
const MEAN = [0.5, -0.25, 0.1, 0];
const DEVIATION = [1, 0.5, 2, 0.75];
const WIDTH = 0.6;
const DRAWN = { ids: Int32Array.of(7, 11), draws: Uint32Array.of(3, 3), key: "slot" };
const NOISE = [...rowUniform(DRAWN.key, DRAWN, SIZE)].map((u) => -Math.log(-Math.log(u)));
const noisy = (x: readonly number[]): number[] => x.map((v, i) => v + NOISE[i]!);
const rival = (z: readonly number[], i: number): number => z[i ^ 1]!;

interface Relative {
  readonly run: (x: tf.Tensor, backward?: string) => tf.Tensor;
  readonly forward: Plain;
  /** What the gate, and soft top-k, derive; undefined where there is no choice. */
  readonly gate?: Plain;
  /** @defaultValue gate */
  readonly soft?: Plain;
  /** What stands for the gradient under "relu". @defaultValue dy where x > 0 */
  readonly isContinuous?: boolean;
}

const RELATIVES: Record<string, () => Relative> = {
  "kwta-stat": () => ({
    run: (x, backward) => kwtaStat(x, { gamma: 0.1, ...(backward && { backward }) }),
    forward: bySample((x, base) => reach(x, () => ofStat(base))),
    gate: bySample((x, base) => gated(x, ofStat(base), std(base))),
    soft: bySample((x, base) => {
      const winners = referenceSoftWinners(x, 1, T * std(base));
      return x.map((v, i) => v * winners[i]!);
    }),
  }),
  "batch-top-k": () => ({
    run: (x, backward) => batchTopK(x, { gamma: 0.25, ...(backward && { backward }) }),
    forward: (x) => reach(x, () => between(X, K_OF_BATCH)),
    gate: bySample((x, base) => gated(x, kth(X, K_OF_BATCH), std(base))),
  }),
  "batch-top-k with a threshold": () => ({
    run: (x, backward) => batchTopK(x, { threshold: tf.tensor1d([0.75]), ...(backward && { backward }) }),
    forward: (x) => reach(x, () => 0.75),
    gate: bySample((x, base) => gated(x, 0.75, std(base))),
  }),
  "kwta with a boost": () => ({
    run: (x, backward) => kwta(x, { k: 3, boost: tf.tensor1d(BOOST), ...(backward && { backward }) }),
    forward: bySample((x, base) => reach(x, (i) => between(boosted(base), 3) / BOOST[i % CHANNELS]!)),
    gate: bySample((x, base) => {
      const [t, s] = [kth(boosted(base), 3), std(boosted(base))];
      return boosted(x).map((v, i) => x[i]! * sigmoid((v - t) / (T * s)));
    }),
    soft: bySample((x, base) => {
      const winners = referenceSoftWinners(boosted(x), 3, T * std(boosted(base)));
      return x.map((v, i) => v * winners[i]!);
    }),
  }),
  "mean-sparse": () => ({
    run: (x, backward) =>
      meanSparse(x, {
        width: WIDTH,
        mean: tf.tensor1d(MEAN),
        deviation: tf.tensor1d(DEVIATION),
        ...(backward && { backward }),
      }),
    forward: (x) =>
      x.map((v, i) => {
        const [m, s] = [MEAN[i % CHANNELS]!, DEVIATION[i % CHANNELS]!];
        return Math.max(0, Math.abs(v - m) <= WIDTH * s ? m : v);
      }),
    gate: (x) =>
      x.map((v, i) => {
        const [m, s] = [MEAN[i % CHANNELS]!, DEVIATION[i % CHANNELS]!];
        return Math.max(0, m + (v - m) * sigmoid((Math.abs(v - m) - WIDTH * s) / (T * s)));
      }),
  }),
  "stochastic-lwta": () => ({
    run: (x, backward) => stochasticLwta(x, { ...DRAWN, size: 2, ...(backward && { backward }) }),
    forward: (x) => reach(x, (i) => rival(noisy(X), i) - NOISE[i]!),
    gate: (x) => x.map((v, i) => v * sigmoid((v + NOISE[i]! - rival(noisy(X), i)) / T)),
    soft: (x) => x.map((v, i) => v * sigmoid((noisy(x)[i]! - rival(noisy(x), i)) / T)),
  }),
  "stochastic-lwta in training": () => ({
    run: (x) => stochasticLwta(x, { ...DRAWN, size: 2, temperature: 0.67 }),
    forward: (x) => x.map((v, i) => v * sigmoid((noisy(x)[i]! - rival(noisy(x), i)) / 0.67)),
    isContinuous: true,
  }),
  "statistical-top-k": () => ({
    run: (x) => statisticalTopK(x, { gamma: 0.1 }),
    forward: bySample((x) => x.map((v) => Math.max(0, v - ofStat(x)))),
    isContinuous: true,
  }),
};

describe.each(WAYS)("%s", (_way, each) => {
  useWay(each);
  useScopes();

  const numbers = async (y: tf.Tensor): Promise<number[]> => [...(await y.data<"float32">())];
  const input = (): tf.Tensor => tf.tensor3d(X, [2, POSITIONS, CHANNELS]);

  test.each(Object.entries(RELATIVES))("%s and its gradients are what they say", async (_name, make) => {
    const { run, forward, gate, soft = gate, isContinuous = false } = make();
    const x = input();
    const dx = (backward?: string): Promise<number[]> =>
      numbers(tf.grad((at: tf.Tensor) => run(at, backward))(x, tf.tensor(DY, x.shape)));
    const near = { atol: 2e-3, rtol: 1e-3 };
    expect(await numbers(run(x))).toBeAllclose(forward(X), { atol: 1e-5, rtol: 1e-5 });
    // Where winners do not change, the function itself has the exact gradient as its slope.
    expect(await dx()).toBeAllclose(slope(forward), near);
    if (isContinuous) return;
    expect(await dx(`gate:${T}`)).toBeAllclose(slope(gate!), near);
    expect(await dx(`soft-top-k:${T}`)).toBeAllclose(slope(soft!), near);
    expect(await dx("straight-through")).toBeAllclose(DY, near);
    expect(await dx("relu")).toBeAllclose(
      DY.map((d, i) => (X[i]! > 0 ? d : 0)),
      near,
    );
  });

  test("a NaN spoils its sample, and nothing is left behind but what is returned", async () => {
    const spoilt = tf.tensor3d(
      X.map((v, i) => (i === 5 ? NaN : v)),
      [2, POSITIONS, CHANNELS],
    );
    for (const [name, make] of Object.entries(RELATIVES)) {
      const { run } = make();
      tf.engine().startScope();
      const y = await numbers(run(spoilt));
      const [first, second] = [y.slice(0, SIZE), y.slice(SIZE)];
      // Nobody competes around a mean.
      expect(name === "mean-sparse" ? [first[5]] : first).toSatisfy((all: number[]) => all.every(Number.isNaN));
      if (name !== "batch-top-k") expect({ name, spoilt: second.some(Number.isNaN) }).toEqual({ name, spoilt: false });
      tf.engine().endScope();
      if (name.startsWith("batch-top-k with") || name === "kwta with a boost" || name === "mean-sparse") continue;
      const before = tf.memory().numTensors;
      const again = run(spoilt);
      expect({ name, more: tf.memory().numTensors - before }).toEqual({ name, more: 1 });
      tf.grad((at: tf.Tensor) => run(at))(spoilt, again);
      expect({ name, more: tf.memory().numTensors - before }).toEqual({ name, more: 2 });
    }
  });
});

describe("layers", () => {
  beforeAll(async () => {
    await tf.setBackend("cpu");
  });

  const slot = (spec: string, inputShape: number[]): Sequential =>
    sequential({
      layers: [layers.activation({ activation: "linear", inputShape }), activationLayer(spec, { name: "slot" })],
    });
  const batch = (seed: number): tf.Tensor => tf.reshape(tf.sin(tf.mul(tf.range(seed, seed + 40), 5)), [10, 4]);
  const train = (net: Sequential, x: tf.Tensor): tf.Tensor => net.apply(x, { training: true }) as tf.Tensor;

  test("BatchTopK keeps the mean of its thresholds, and nothing that others in a batch do matters outside of training", () => {
    tf.tidy(() => {
      const net = slot("batch-top-k:0.25", [4]);
      expect((net.predict(batch(0)) as tf.Tensor).arraySync()).toEqual(tf.relu(batch(0)).arraySync());
      const thresholds = [1, 2, 3].map((seed) => {
        expect(train(net, batch(seed)).arraySync()).toEqual(batchTopK(batch(seed), { gamma: 0.25 }).arraySync());
        return kth([...batch(seed).dataSync()], 10);
      });
      const [a, b, c] = thresholds as [number, number, number];
      const expected = (0.81 * a + 0.9 * b + c) / (0.81 + 0.9 + 1);
      const frozen = (net.predict(batch(4)) as tf.Tensor).arraySync() as number[][];
      expect(frozen).toEqual(
        (batch(4).arraySync() as number[][]).map((row) => row.map((v) => (v >= expected ? v : 0))),
      );
      const alone = (net.predict(tf.slice(batch(4), [2, 0], [1, 4])) as tf.Tensor).arraySync();
      expect(alone).toEqual([frozen[2]]);
    });
  });

  test("MeanSparse is ReLU in training, and uses the mean of what it saw then otherwise", () => {
    tf.tidy(() => {
      const net = slot("mean-sparse:0.5", [4]);
      expect((net.predict(batch(0)) as tf.Tensor).arraySync()).toEqual(tf.relu(batch(0)).arraySync());
      expect(train(net, batch(1)).arraySync()).toEqual(tf.relu(batch(1)).arraySync());
      const { mean: m, variance } = tf.moments(batch(1), 0);
      const expected = meanSparse(batch(2), { width: 0.5, mean: m, deviation: tf.sqrt(variance) });
      expect((net.predict(batch(2)) as tf.Tensor).dataSync()).toBeAllclose([...expected.dataSync()], {
        atol: 1e-6,
        rtol: 0,
      });
    });
  });

  test("boosted k-WTA counts who wins, helps who does not, and lets more win outside of training", async () => {
    const net = slot("kwta:0.25,boost=20,inference=2,period=20", [4]);
    // Channel 3 always wins, until it has won too often.
    const x = tf.tensor2d([[1, 1.5, 1.25, 2]].flatMap((row) => Array.from({ length: 10 }, () => row)));
    const winners = (y: tf.Tensor): number[] => [0, 1, 2, 3].filter((c) => (y.arraySync() as number[][])[0]![c] !== 0);
    const duty = (): number[] => [...net.getWeights()[0]!.dataSync()];
    tf.tidy(() => {
      expect(winners(train(net, x))).toEqual([3]);
      expect(duty()).toEqual([0, 0, 0, 1]);
      // exp(20 * (0.25 - 1)) of 2 is less than exp(20 * 0.25) of 1.5.
      expect(winners(train(net, x))).toEqual([1]);
      expect(duty()).toEqual([0, 0.5, 0, 0.5]);
      expect(winners(train(net, x))).toEqual([2]);
      expect(duty()).toEqual([0, 0.25, 0.5, 0.25]);
      expect(winners(net.predict(x) as tf.Tensor)).toEqual([0, 3]);
      expect(duty()).toEqual([0, 0.25, 0.5, 0.25]);
    });
    // (2 h(1/4) + h(1/2)) / 4 over h(1/4), with the entropies of coins.
    const coin = (p: number): number => -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
    const [only, ...others] = await dutyCycles(net);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ layer: "slot", channels: 4, dead: 0.25 });
    expect(only!.entropy).toBeCloseTo((2 * coin(0.25) + 1) / 4 / coin(0.25), 6);
    tf.dispose(x);
  });

  test("stochastic LWTA draws by the group's softmax, and by sample and draw alone", () => {
    tf.tidy(() => {
      const n = 3000;
      const x = tf.tile(tf.tensor2d([[0.5, -0.5, 1, -2, 0, 0.25]]), [n, 1]);
      const ids = Int32Array.from({ length: n }, (_, i) => i);
      const draws = new Uint32Array(n).fill(5);
      const y = stochasticLwta(x, { size: 3, key: "a", ids, draws });
      const shares = tf.mean(tf.cast(tf.notEqual(y, 0), "float32"), 0).arraySync() as number[];
      const p = tf
        .softmax(
          tf.tensor2d([
            [0.5, -0.5, 1],
            [-2, 0, 0.25],
          ]),
        )
        .dataSync();
      // A drawn 0 looks as if nobody had won.
      for (const [i, share] of shares.entries()) {
        if (i === 4) continue;
        expect(Math.abs(share - p[i]!)).toBeLessThan(4 * Math.sqrt((p[i]! * (1 - p[i]!)) / n));
      }
      const other = stochasticLwta(x, { size: 3, key: "a", ids, draws: new Uint32Array(n).fill(6) });
      expect(other.arraySync()).not.toEqual(y.arraySync());
      const some = stochasticLwta(tf.slice(x, [0, 0], [2, 6]), {
        size: 3,
        key: "a",
        ids: Int32Array.of(17, 4),
        draws: Uint32Array.of(5, 5),
      });
      const all = y.arraySync() as number[][];
      expect(some.arraySync()).toEqual([all[17], all[4]]);
    });
  });

  test("the noise of every draw is finite in 32 bits", () => {
    for (const word of [0, -1]) {
      const [u] = Float32Array.of(unitOf(word));
      expect(Number.isFinite(-Math.log(-Math.log(u!)))).toBe(true);
    }
  });

  test("where nobody says the draws, each call of a random layer is a new one", () => {
    tf.tidy(() => {
      const net = slot("stochastic-lwta:2", [40]);
      const x = tf.ones([3, 40]);
      const ask = (): unknown => (net.predict(x) as tf.Tensor).arraySync();
      expect(ask()).not.toEqual(ask());
      const undo = useDraws(net, Int32Array.of(0, 1, 2), new Uint32Array(3));
      const said = ask();
      expect(ask()).toEqual(said);
      undo();
      expect(ask()).not.toEqual(said);
    });
  });
});

test.each([
  [
    () => kwta(tf.ones([1, 4]), { k: 1, boost: tf.ones([3]) }),
    /boost has the shape \[3\]; give one factor for each of the 4/,
  ],
  [
    () => meanSparse(tf.ones([1, 4]), { width: 0, mean: tf.ones([4]), deviation: tf.ones([4]) }),
    /width of MeanSparse is 0/,
  ],
  [() => kwtaStat(tf.ones([1, 4]), { gamma: 0.1 }), /= 0 winners/],
  [
    () => stochasticLwta(tf.ones([2, 4]), { size: 2, key: "", ids: Int32Array.of(0), draws: Uint32Array.of(0) }),
    /2 samples came with 1 ids and 1 draws/,
  ],
])("%s is refused", (run, message) => {
  tf.tidy(() => {
    expect(run).toThrow(message);
  });
});
