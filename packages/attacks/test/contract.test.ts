import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { test } from "vitest";
import { ATTACKS, defineIterative, type Norm } from "../src/index.ts";
import { contractTests } from "../src/testing/index.ts";

// Attacks that take gradients, but for those of minimum norm; those that see less are in contract-black-box.test.ts.

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
  "kwta/pma": { steps: 8 },
  "kwta/pma-plus": { steps: 8 },
  "kwta/di": { steps: 10 },
  "kwta/si": { copies: 2 },
  "kwta/vmi": { neighbours: 2 },
};

/** Those whose parts have been tried in the other norms, or that take long. */
const some: Readonly<Record<string, readonly Norm[]>> = {
  "kwta/apgd-t": ["linf"],
  "kwta/malt": ["l2"],
  "kwta/fgsm": ["linf"],
  "kwta/bim": ["linf"],
  "kwta/mim": ["l2", "l1"],
  "kwta/pma": ["linf"],
  "kwta/pma-plus": ["linf"],
  "kwta/di": ["linf"],
  "kwta/ni": ["l2"],
  "kwta/si": ["linf"],
  "kwta/vmi": ["l2"],
};

/** How much more than the optimum searches need that do not know the gradient. */
const factors: Readonly<Record<string, number>> = {
  // A pixel less is much for images of four.
  "kwta/di linf": 2,
};

const suites = [
  contractTests(fgsm),
  ...ATTACKS.filter(({ access, kind }) => access === "gradient" && kind !== "minimum-norm").flatMap((maker) =>
    (some[maker.id] ?? maker.norms).map((norm) =>
      contractTests(maker(cheap[maker.id]), {
        norms: [norm],
        ...(factors[`${maker.id} ${norm}`] && { optimumFactor: factors[`${maker.id} ${norm}`] }),
      }),
    ),
  ),
];

test.each(suites.flat().map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run());
