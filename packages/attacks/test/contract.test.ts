import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { test } from "vitest";
import {
  cascade,
  defineIterative,
  gateSurrogate,
  gradientEstimate,
  pgd,
  withParams,
  withRestarts,
} from "../src/index.ts";
import { contractTests } from "../src/testing.ts";

const few = withParams(pgd, { steps: 12, stepSize: 0.25 });
const ladder = [
  [2, 100],
  [6, 200],
];

/** The example of the README. */
const fgsm = defineIterative({
  id: "you/fgsm",
  version: "1.0.0",
  access: "gradient",
  norms: ["linf"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: {},
  steps: () => 1,
  init: ({ x }) => ({ x }),
  step({ x: clean, ids, oracle, geometry, threat }, { x }) {
    const { gradient } = oracle.lossAndGradient(x, ids, "margin");
    const moved = tf.add(x, tf.mul(geometry.steepest(gradient), threat.eps));
    return { x: geometry.project(moved, clean, threat) };
  },
});

const suites = [
  contractTests(fgsm),
  contractTests(pgd, { params: { steps: 22 } }),
  contractTests(pgd, { params: { loss: "cross-entropy", randomStart: false, stepSize: 0.2 }, stochastic: false }),
  contractTests(gateSurrogate, { params: { steps: 12, stepSize: 0.25 } }),
  contractTests(gradientEstimate, { params: { ladder, sigma: "0.5 eps", stepSize: "0.25 eps", chunkBytes: 9600 } }),
  contractTests(withRestarts(few, 2)),
  contractTests(cascade([withParams(few, { steps: 1 }), few])),
];

test.each(suites.flat().map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run());
