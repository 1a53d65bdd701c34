import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import {
  cwL2,
  cwLinf,
  ddn,
  deepfool,
  differentiate,
  ead,
  fab,
  fabT,
  fmn,
  jsma,
  pdgd,
  pdpgd,
  runAttack,
  sigmaZero,
  superDeepfool,
  type AttackLike,
  type Classifier,
  type Norm,
} from "../src/index.ts";
import { withHook } from "../src/testing/index.ts";

// Made by golden/minimum-norm.py from adv_lib, Foolbox, torchattacks and AutoAttack.
const golden = JSON.parse(readFileSync(new URL("golden/minimum-norm.json", import.meta.url), "utf8")) as {
  readonly layers: readonly { readonly weights: number[]; readonly bias: number[] }[];
  readonly traced: Samples;
  readonly traces: Readonly<Record<string, number[][]>>;
  readonly attacked: Samples;
  readonly distances: Readonly<Record<string, number[]>>;
};

interface Samples {
  readonly x: number[];
  readonly labels: number[];
}

const layers = golden.layers.map(({ weights, bias }) => ({
  weights: tf.tensor2d(weights, [weights.length / bias.length, bias.length]),
  bias: tf.tensor1d(bias),
}));

function forward(x: tf.Tensor): tf.Tensor2D {
  const [hidden, out] = layers as [(typeof layers)[0], (typeof layers)[0]];
  const scaled = tf.sub(tf.mul(tf.reshape(x, [-1, 24]), 2), 1) as tf.Tensor2D;
  return tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(scaled, hidden.weights), hidden.bias)), out.weights), out.bias);
}

const classifier: Classifier = {
  inputShape: [4, 6, 1],
  numClasses: 4,
  bounds: { min: 0, max: 1 },
  choosableBackward: false,
  logits: (x) => tf.tidy(() => forward(x)),
  lossAndGradient: (x, _ids, loss) => differentiate(forward, x, loss),
};

interface Options {
  readonly model?: Classifier;
  readonly targets?: Int32Array;
}

/** The distances of what is found; infinite where nothing is. */
async function attack(like: AttackLike, samples: Samples, norm: Norm, options: Options = {}): Promise<number[]> {
  const { model = classifier, targets } = options;
  const x = tf.tensor(samples.x, [samples.labels.length, 4, 6, 1]);
  const threat = { norm, eps: Infinity };
  const data = { x, labels: Int32Array.from(samples.labels) };
  const result = await runAttack(like, model, data, { threat, seed: 0, aim: "nearest", targets });
  result.dispose();
  x.dispose();
  return Array.from(result.distance, (distance, row) => (result.success[row] === 1 ? distance : Infinity));
}

const fewRounds = { rounds: 2, stopEarly: false, constant: 1 };

// Where Adam divides by what is next to nothing, or a point lies next to a kink, rounding shows.
test.each<[string, AttackLike, number]>([
  ["ddn l2", ddn({ steps: 12, firstSize: 0.5 }), 1e-5],
  ["fmn linf", fmn({ steps: 12, stepSize: 0.1, overshoot: 0 }), 1e-5],
  ["fmn l2", fmn({ steps: 12, stepSize: 0.1, overshoot: 0 }), 1e-5],
  ["fmn l1", fmn({ steps: 12, stepSize: 0.1, overshoot: 0 }), 1e-5],
  ["fmn l0", fmn({ steps: 12, stepSize: 0.1, overshoot: 0 }), 1e-5],
  ["sigma-zero l0", sigmaZero({ steps: 12 }), 1e-5],
  ["pdgd l2", pdgd({ steps: 12 }), 1e-5],
  ["pdpgd linf", pdpgd({ steps: 12 }), 1e-5],
  ["pdpgd l2", pdpgd({ steps: 12 }), 1e-5],
  ["pdpgd l1", pdpgd({ steps: 12 }), 1e-5],
  // Not of pdpgd in L0: adv_lib's proximal operator keeps values at a local minimum where 0 costs less.
  ["fab linf", fab({ steps: 6 }), 1e-5],
  ["fab l2", fab({ steps: 6 }), 1e-5],
  ["fab l1", fab({ steps: 6 }), 1e-5],
  ["cw-l2 l2", cwL2({ ...fewRounds, iterations: 6, stepSize: 0.05 }), 1e-5],
  ["cw-linf linf", cwLinf({ iterations: 6, stepSize: 0.1, constant: 4, largestConstant: 16 }), 1e-5],
  ["ead l1", ead({ ...fewRounds, iterations: 4 }), 1e-5],
])("%s asks about the same points, step by step", async (name, like, atol) => {
  const asked: number[][] = [];
  let last: tf.Tensor | undefined;
  const model = withHook(classifier, (_kind, x) => {
    // Several gradients at a point are one question.
    if (x !== last) asked.push([...x.dataSync()]);
    last = x;
  });
  await attack(like, golden.traced, normOf(name), { model });
  const expected = golden.traces[name]!;
  // The first question is the runner's own.
  const found = asked.slice(1, 1 + expected.length);
  for (const [t, points] of expected.entries())
    expect(found[t]!.slice(0, points.length), `question ${t}`).toBeAllclose(points, { atol });
});

test.each<[string, AttackLike]>([
  ["ddn l2", ddn({ steps: 100 })],
  ["fmn linf", fmn({ steps: 100, stepSize: 0.3 })],
  ["fmn l2", fmn({ steps: 100, stepSize: 0.3 })],
  ["fmn l1", fmn({ steps: 100, stepSize: 0.3 })],
  ["fmn l0", fmn({ steps: 100, stepSize: 0.3 })],
  ["sigma-zero l0", sigmaZero({ steps: 100 })],
  ["pdgd l2", pdgd({ steps: 100 })],
  ["pdpgd linf", pdpgd({ steps: 100 })],
  ["pdpgd l2", pdpgd({ steps: 100 })],
  ["pdpgd l1", pdpgd({ steps: 100 })],
  ["pdpgd l0", pdpgd({ steps: 300 })],
  ["deepfool linf", deepfool],
  ["deepfool l2", deepfool],
  ["superdeepfool l2", superDeepfool],
  ["cw-l2 l2", cwL2({ rounds: 6, iterations: 60, stepSize: 0.05, constant: 0.1, stopEarly: false })],
  ["cw-linf linf", cwLinf({ iterations: 30, stepSize: 0.05, constant: 0.1 })],
  ["fab linf", fab({ steps: 40 })],
  ["fab l2", fab({ steps: 40 })],
  ["fab l1", fab({ steps: 40 })],
  ["fab-t linf", fabT({ steps: 40 })],
  ["ead l1", ead({ rounds: 6, iterations: 60, constant: 0.1, stopEarly: false })],
  // That of torchattacks has to have a target.
  ["jsma l0 targeted", jsma({ direction: "up" })],
  ["ddn l2 targeted", ddn({ steps: 100 })],
  ["fmn linf targeted", fmn({ steps: 100, stepSize: 0.3 })],
  ["pdpgd l1 targeted", pdpgd({ steps: 100 })],
  ["cw-l2 l2 targeted", cwL2({ rounds: 6, iterations: 60, stepSize: 0.05, constant: 0.1, stopEarly: false })],
])("%s finds points that are as near", async (name, like) => {
  const norm = normOf(name);
  const { labels } = golden.attacked;
  const options = name.endsWith(" targeted") ? { targets: Int32Array.from(labels, (label) => (label + 1) % 4) } : {};
  const found = await attack(like, golden.attacked, norm, options);
  for (const [row, distance] of golden.distances[name]!.entries()) {
    // -1 where the other library found nothing.
    const limit = distance < 0 ? Infinity : norm === "l0" ? distance : 1.05 * distance;
    expect(found[row], `sample ${row}`).toBeLessThanOrEqual(limit);
  }
});

function normOf(name: string): Norm {
  return name.split(" ")[1] as Norm;
}
