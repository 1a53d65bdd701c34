import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { test } from "vitest";
import {
  adaptive,
  ATTACKS,
  cascade,
  defineIterative,
  gradientEstimate,
  minimumNorm,
  pgd,
  restarts,
} from "../src/index.ts";
import { contractTests } from "../src/testing/index.ts";

const few = { steps: 12, stepSize: "0.25 eps" } as const;
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
    return { x: geometry.project(moved, clean, threat.eps, threat.bounds) };
  },
});

/** Parameters that are cheap on the problems of the suite. */
const cheap: Readonly<Record<string, object>> = {
  "kwta/pgd": { steps: 22 },
  "kwta/apgd": { steps: 20 },
  "kwta/apgd-t": { steps: 20 },
  "kwta/malt": { steps: 20 },
  "kwta/square": { queries: 200, rescale: true },
  "kwta/gradient-estimate": { ladder, sigma: "0.5 eps", stepSize: "0.25 eps", chunkBytes: 9600 },
};

/** How much more than the optimum searches need that do not know the gradient. */
const factors: Readonly<Record<string, number>> = {
  "kwta/square l2": 2,
  "kwta/square l1": 4,
};

const suites = [
  contractTests(fgsm),
  ...ATTACKS.flatMap((maker) =>
    maker.norms.map((norm) =>
      contractTests(maker(cheap[maker.id]), {
        norms: [norm],
        ...(factors[`${maker.id} ${norm}`] && { optimumFactor: factors[`${maker.id} ${norm}`] }),
      }),
    ),
  ),
  contractTests(pgd({ loss: "cross-entropy", randomStart: false, stepSize: "0.2 eps" }), {
    stochastic: false,
    norms: ["linf"],
  }),
  contractTests(pgd({ ...few, restarts: 2 }), { norms: ["linf"] }),
  contractTests(adaptive(pgd(few)), { norms: ["linf"] }),
  contractTests(restarts(pgd(few)), { norms: ["linf"] }),
  contractTests(minimumNorm(pgd(few), { steps: 15 }), { norms: ["linf", "l2"] }),
  contractTests(cascade(pgd({ ...few, steps: 1 }), pgd(few)), { norms: ["linf"] }),
  contractTests(cascade(gradientEstimate(cheap["kwta/gradient-estimate"]), pgd(few)), { norms: ["linf"] }),
];

test.each(suites.flat().map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run());
