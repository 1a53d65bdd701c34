import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import {
  bim,
  defineAttack,
  differentiate,
  ensemble,
  eot,
  estimatedGradient,
  inputDiversity,
  perSampleLoss,
  pgd,
  preprocessed,
  quantized,
  runAttack,
  simba,
  withLoss,
  type Attack,
  type AttackLike,
  type Classifier,
} from "../src/index.ts";
import { resizeMap, SeparableMap } from "../src/images/separable.ts";
import { linearClassifier, withHook } from "../src/testing/index.ts";
import golden from "./golden/budget.json" with { type: "json" };

/** A smooth model of images of 4 x 4 x 1, and three samples of it. */
const seeded = (purpose: string, ...shape: [number, number]): tf.Tensor2D =>
  tf.tensor2d(keyedRandom(1, purpose).normal(new Float32Array(shape[0] * shape[1])), shape);
const [first, second] = [seeded("first", 16, 8), seeded("second", 8, 3)];
const forward = (x: tf.Tensor): tf.Tensor2D =>
  tf.matMul(tf.tanh(tf.matMul(tf.reshape(x, [-1, 16]) as tf.Tensor2D, first)), second);
const smooth: Classifier = {
  inputShape: [4, 4, 1],
  numClasses: 3,
  bounds: { min: 0, max: 1 },
  choosableBackward: false,
  logits: (x) => tf.tidy(() => forward(x)),
  lossAndGradient: (x, _ids, loss) => differentiate(forward, x, loss),
};
const x = tf.tensor4d(keyedRandom(2, "x").uniform(new Float32Array(48)), [3, 4, 4, 1]);
const labels = Int32Array.from(tf.argMax(smooth.logits(x, new Int32Array(3)), 1).dataSync());
const data = { x, labels };
const threat = { norm: "linf", eps: 0.05 } as const;

/** What an attack is told at the inputs, if it asks once for the gradient of the margin. */
async function told(wrap: (attack: AttackLike) => Attack, classifier = smooth): Promise<Record<string, Float32Array>> {
  let answer: Record<string, Float32Array> = {};
  const asking = defineAttack({
    id: "test/asking",
    version: "1.0.0",
    access: "gradient",
    norms: ["linf"],
    goals: ["untargeted"],
    stochastic: false,
    params: {},
    async run({ x: at, ids, oracle, tick }) {
      const { loss, logits, gradient } = oracle.lossAndGradient(at, ids, "margin");
      answer = {
        loss: await loss.data<"float32">(),
        logits: await logits.data<"float32">(),
        gradient: await gradient.data<"float32">(),
      };
      for (const tensor of [loss, logits, gradient]) tensor.dispose();
      await tick(1);
    },
  });
  (await runAttack(wrap(asking), classifier, data, { threat, seed: 3 })).dispose();
  return answer;
}

const margin = perSampleLoss("margin", { kind: "untargeted", labels });
const cosine = (a: Float32Array, b: Float32Array): number => {
  const dot = (u: Float32Array, v: Float32Array): number => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
const exact = smooth.lossAndGradient(x, new Int32Array(3), margin);

describe.each(["gaussian", "signs"] as const)("a gradient estimated in directions: %s", (directions) => {
  test("is the model's own, at the point itself", async () => {
    const { gradient, loss, logits } = await told((attack) =>
      estimatedGradient(attack, { samples: 2000, sigma: 0.01, directions }),
    );
    expect(cosine(gradient!, exact.gradient.dataSync<"float32">())).toBeGreaterThan(0.97);
    expect(tf.norm(gradient!).dataSync()[0]! / tf.norm(exact.gradient).dataSync()[0]!).toBeCloseTo(1, 1);
    expect(loss).toBeAllclose(exact.loss);
    expect(logits).toBeAllclose(exact.logits);
  });

  test("asks for no gradient of the model", async () => {
    const watched = withHook(smooth, (kind) => expect(kind).toBe("logits"));
    const attack = estimatedGradient(pgd({ steps: 2 }), { samples: 5, directions });
    expect(attack.access).toBe("score");
    const { queries, gradients } = await runAttack(attack, watched, data, {
      threat: { ...threat, eps: 1e-4 },
      seed: 0,
    });
    // Two steps with three pairs and the point, and the last point.
    expect([...queries]).toEqual([15, 15, 15]);
    expect([...gradients]).toEqual([0, 0, 0]);
  });
});

test("the mean over the draws of a random model", async () => {
  // A draw adds a slope of its own; the mean over all four of them is the smooth model's.
  const slopes = [30, -30, 50, -50];
  const random: Classifier = {
    ...smooth,
    random: true,
    lossAndGradient(points, ids, loss, options) {
      const answer = smooth.lossAndGradient(points, ids, loss);
      const drawn = [...options!.draws!].map((draw) => slopes[draw % 4]!);
      return { ...answer, gradient: tf.add(answer.gradient, tf.tensor4d(drawn, [drawn.length, 1, 1, 1])) };
    },
  };
  const once = await told((attack) => eot(attack, { draws: 1 }), random);
  expect(cosine(once["gradient"]!, exact.gradient.dataSync<"float32">())).toBeLessThan(0.5);
  const { gradient, loss } = await told((attack) => eot(attack, { draws: 8 }), random);
  expect(gradient).toBeAllclose(exact.gradient, { ofLargest: 1e-5 });
  expect(loss).toBeAllclose(exact.loss);
});

test("noise smooths: the gradient of the mean over noise, each sample's its own", async () => {
  const { gradient, logits } = await told((attack) => eot(attack, { draws: 400, sigma: 0.3 }));
  expect(logits).toBeAllclose(exact.logits);
  const points = (draw: number): tf.Tensor =>
    tf.add(x, tf.tensor4d(keyedRandom(9, draw).normal(new Float32Array(48), 0, 0.3), x.shape));
  const sum = tf.tidy(() =>
    tf.addN(
      Array.from({ length: 400 }, (_, i) => smooth.lossAndGradient(points(i), new Int32Array(3), margin).gradient),
    ),
  );
  expect(cosine(gradient!, sum.dataSync<"float32">())).toBeGreaterThan(0.97);
  expect(cosine(gradient!, exact.gradient.dataSync<"float32">())).toBeLessThan(0.97);
});

describe("shrunk images", () => {
  test("are those of PyTorch's interpolation, padded", () => {
    const { image, size, offset, resized } = golden.resized;
    const maps = [resizeMap(6, size, offset[0]!), resizeMap(5, size, offset[1]!)] as const;
    const found = tf.tidy(() =>
      new SeparableMap([6, 5, 2], [maps[0]], [maps[1]]).apply(tf.tensor4d(image, [1, 6, 5, 2])),
    );
    expect(found).toBeAllclose(resized, { atol: 2e-6 });
  });

  test("gradients come back by the transpose", async () => {
    // Where all images are changed, the gradient is that of the model behind the change: by finite differences.
    const attack = (inner: AttackLike): Attack => inputDiversity(inner, { probability: 1, draws: 1, least: 0.6 });
    const seen: tf.Tensor[] = [];
    const watched = withHook(smooth, (kind, at) => {
      if (kind === "lossAndGradient") seen.push(tf.keep(tf.clone(at)));
    });
    const { gradient } = await told(attack, watched);
    const before = seen.pop()!;
    const direction = keyedRandom(4, "direction").normal(new Float32Array(48));
    const shifted = tf.add(x, tf.mul(tf.tensor4d(direction, x.shape), 1e-3));
    await toldAt(attack, watched, shifted);
    const after = seen.pop()!;
    const lossOf = (at: tf.Tensor): number => tf.sum(margin(smooth.logits(at, new Int32Array(3)))).dataSync()[0]!;
    const slope = (lossOf(after) - lossOf(before)) / 1e-3;
    expect(gradient!.reduce((sum, value, i) => sum + value * direction[i]!, 0)).toBeCloseTo(slope, 1);
  });
});

/** As {@link told}, elsewhere. */
async function toldAt(wrap: (attack: AttackLike) => Attack, classifier: Classifier, at: tf.Tensor): Promise<void> {
  const asking = defineAttack({
    id: "test/asking",
    version: "1.0.0",
    access: "gradient",
    norms: ["linf"],
    goals: ["untargeted"],
    stochastic: false,
    params: {},
    run: async ({ ids, oracle }) => tf.tidy(() => void oracle.lossAndGradient(at, ids, "margin")),
  });
  (await runAttack(wrap(asking), classifier, data, { threat, seed: 3 })).dispose();
}

test("another loss", async () => {
  const options = { threat, seed: 0, keepFailed: true } as const;
  const swapped = await runAttack(withLoss(bim({ loss: "margin" }), { loss: "cross-entropy" }), smooth, data, options);
  const itself = await runAttack(bim({ loss: "cross-entropy" }), smooth, data, options);
  const other = await runAttack(bim({ loss: "margin" }), smooth, data, options);
  expect(swapped.adversarial.dataSync()).toEqual(itself.adversarial.dataSync());
  expect(other.adversarial.dataSync()).not.toEqual(itself.adversarial.dataSync());
});

describe("points on the grid of 8 bits", () => {
  const onGrid = tf.tidy(() => tf.div(tf.round(tf.mul(x, 255)), 255));
  const isOnGrid = (value: number): boolean => Math.abs(value * 255 - Math.round(value * 255)) < 1e-3;

  test.each([
    ["pgd", pgd({ steps: 10 })],
    ["simba", simba({ queries: 50, stepSize: 0.03 })],
  ])("%s asks about no others, and stays in the ball", async (_name, attack) => {
    const asked: number[] = [];
    const watched = withHook(smooth, (_kind, at) => asked.push(...at.dataSync()));
    const eps = 8 / 255;
    const result = await runAttack(
      quantized(attack),
      watched,
      { x: onGrid, labels },
      {
        threat: { norm: "linf", eps },
        seed: 0,
        keepFailed: true,
      },
    );
    expect(asked.every(isOnGrid)).toBe(true);
    const moved = tf.sub(result.adversarial, onGrid).dataSync();
    // It uses the room that it has.
    expect(Math.max(...moved.map(Math.abs))).toBeCloseTo(eps, 6);
  });

  test("values off the grid move to it only where the ball lets them", async () => {
    const coarse = quantized(pgd({ steps: 10 }), { levels: 11 });
    const result = await runAttack(coarse, smooth, data, {
      threat: { norm: "linf", eps: 0.12 },
      seed: 0,
      keepFailed: true,
    });
    const [before, after] = [x.dataSync(), result.adversarial.dataSync()];
    for (const [i, value] of after.entries()) {
      const isUnmoved = value === before[i];
      expect(isUnmoved || Math.abs(value * 10 - Math.round(value * 10)) < 1e-3).toBe(true);
      expect(Math.abs(value - before[i]!)).toBeLessThanOrEqual(0.12 + 1e-6);
    }
  });
});

describe("models made of models", () => {
  test("an ensemble has the mean scores, and their gradient", () => {
    const other = linearClassifier(
      Array.from({ length: 3 }, (_, i) => [...keyedRandom(5, i).normal(new Float32Array(16))]),
      [0, 0.1, 0.2],
      { inputShape: [4, 4, 1] },
    );
    const both = ensemble([smooth, other]);
    const ids = new Int32Array(3);
    for (const name of ["cross-entropy", "dlr"] as const) {
      const loss = perSampleLoss(name, { kind: "untargeted", labels });
      const mean = (at: tf.Tensor): tf.Tensor2D => {
        const linear = tf.matMul(
          tf.reshape(at, [-1, 16]) as tf.Tensor2D,
          tf.tensor2d(Array.from({ length: 3 }, (_, i) => [...keyedRandom(5, i).normal(new Float32Array(16))])),
          false,
          true,
        );
        return tf.div(tf.add(forward(at), tf.add(linear, [0, 0.1, 0.2])), 2);
      };
      const expected = differentiate(mean, x, loss);
      const found = both.lossAndGradient(x, ids, loss);
      expect(found.logits).toBeAllclose(expected.logits, { ofLargest: 1e-6 });
      expect(found.loss).toBeAllclose(expected.loss, { ofLargest: 1e-6 });
      expect(found.gradient).toBeAllclose(expected.gradient, { ofLargest: 1e-5 });
    }
    const before = tf.memory().numTensors;
    const answer = both.lossAndGradient(x, ids, margin);
    expect(tf.memory().numTensors).toBe(before + 3);
    for (const tensor of Object.values(answer)) tensor.dispose();
    expect(() => ensemble([smooth, linearClassifier([[1], [0]], [0, 0])])).toThrow("inputShape");
    expect(() => ensemble([])).toThrow("at least one");
  });

  test("a defence that rounds hides the gradient from attacks, but not from BPDA", async () => {
    const round = (at: tf.Tensor): tf.Tensor => tf.div(tf.round(tf.mul(at, 20)), 20);
    const masked: Classifier = {
      ...smooth,
      logits: (at) => tf.tidy(() => forward(round(at))),
      lossAndGradient: (at, _ids, loss) => differentiate((points) => forward(round(points)), at, loss),
    };
    const options = { threat: { norm: "linf", eps: 0.4 }, seed: 0 } as const;
    const plain = await runAttack(bim, masked, data, options);
    expect([...plain.success]).toEqual([0, 0, 0]);
    expect(plain.diagnostics.map(({ kind }) => kind)).toContain("zero-gradient");
    const bpda = await runAttack(bim, preprocessed(smooth, { forward: round }), data, options);
    expect([...bpda.success]).toEqual([1, 1, 0]);
    // The same model: the points that were found fool it as well.
    const classes = tf.argMax(masked.logits(bpda.adversarial, new Int32Array(3)), 1).dataSync();
    expect([...classes].map((each, i) => Number(each !== labels[i]))).toEqual([1, 1, 0]);
  });
});
