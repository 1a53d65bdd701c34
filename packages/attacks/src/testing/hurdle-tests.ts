import * as tf from "@tensorflow/tfjs-core";
import { differentiate } from "../layers/differentiate.ts";
import type { Norm } from "../norms/index.ts";
import type { Bench, Problem, TestGroup } from "./bench.ts";
import { check } from "./expect.ts";

/** What linear problems far from the walls cannot show: whether an attack looks where it is, and knows the box. */
export function hurdleTests(bench: Bench): TestGroup {
  return {
    "follows the gradient of where it is": () => getsOver(bench, ROOF),
    "finds the way along a wall of the box": () => getsOver(bench, WALL),
  };
}

/** A problem of one sample, and in each norm a ball three times as large as is needed. */
interface Hurdle {
  readonly problem: Problem;
  readonly eps: Readonly<Record<Norm, number>>;
  readonly reason: string;
}

async function getsOver(
  { trial, attack, norm, optimumFactor }: Bench,
  { problem, eps, reason }: Hurdle,
): Promise<void> {
  // Those that look for the nearest point may think that they have passed it.
  if (attack.access !== "gradient" || attack.kind === "minimum-norm" || optimumFactor === Infinity) return;
  const { success, gradients } = await trial({ threat: { norm, eps: eps[norm] } }, problem);
  // One step goes straight on, whatever comes.
  check(success[0] === 1 || gradients[0]! <= 1, reason);
}

const SIZE = 12;
const HALF = SIZE / 2;

/** The lead of the wrong class is the smaller one of two slopes: the means of either half of the values. */
const ROOF: Hurdle = {
  problem: oneSample(new Float32Array(SIZE).fill(0.5), (x) =>
    tf.minimum(tf.sub(meanOf(x, 0), 0.5 + 0.03), tf.sub(meanOf(x, HALF), 0.5 + 0.04)),
  ),
  eps: { linf: 0.12, l2: 3 * Math.sqrt(HALF) * 0.05, l1: 3 * HALF * 0.07, l0: 6 },
  reason: "Where the gradient changes on the way, the attack did not turn. Take it at each point, not at the input.",
};

/** The lead is the mean of all values, and half of them are as high as they can be. */
const WALL: Hurdle = {
  problem: oneSample(
    Float32Array.from({ length: SIZE }, (_, i) => (i < HALF ? 1 : 0.5)),
    (x) => tf.sub(tf.add(meanOf(x, 0), meanOf(x, HALF)), 1.5 + 0.04),
  ),
  eps: { linf: 0.12, l2: 3 * Math.sqrt(HALF) * 0.04, l1: 3 * HALF * 0.04, l0: 3 },
  reason: "Where half of the values can go no further, the attack did not get on with the others. Mind the box.",
};

function meanOf(x: tf.Tensor2D, from: number): tf.Tensor1D {
  return tf.mean(tf.slice(x, [0, from], [-1, HALF]), 1);
}

/** @param lead by how much class 1 leads over class 0, which is the sample's, of `[n, 12]` */
function oneSample(input: Float32Array, lead: (x: tf.Tensor2D) => tf.Tensor1D): Problem {
  const forward = (x: tf.Tensor): tf.Tensor2D => {
    const score = tf.reshape(lead(tf.reshape(x, [-1, SIZE])), [-1, 1]);
    return tf.mul(tf.concat([tf.neg(score), score], 1), 10);
  };
  return {
    inputs: [input],
    labels: Int32Array.of(0),
    classifier: {
      inputShape: [4, 3, 1],
      numClasses: 2,
      bounds: { min: 0, max: 1 },
      choosableBackward: false,
      logits: (x) => tf.tidy(() => forward(x)),
      lossAndGradient: (x, _ids, loss) => differentiate(forward, x, loss),
    },
  };
}
