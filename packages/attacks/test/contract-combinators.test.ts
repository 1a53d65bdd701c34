import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { test } from "vitest";
import {
  adaptive,
  atEps,
  cascade,
  ddn,
  eot,
  estimatedGradient,
  fmn,
  gradientEstimate,
  minimumNorm,
  pgd,
  quantized,
  restarts,
} from "../src/index.ts";
import { contractTests } from "../src/testing/index.ts";

// Attacks made of attacks, and other settings; each attack by itself is tried in contract.test.ts.
const few = { steps: 12, stepSize: "0.25 eps" } as const;
const ladder = [
  [2, 100],
  [3, 150],
];
const estimate = { ladder, sigma: "0.5 eps", stepSize: "0.25 eps", chunkBytes: 9600 };

const suites = [
  contractTests(pgd({ loss: "cross-entropy", randomStart: false, stepSize: "0.2 eps" }), {
    stochastic: false,
    norms: ["linf"],
  }),
  contractTests(pgd({ ...few, restarts: 2 }), { norms: ["linf"] }),
  contractTests(adaptive(pgd(few)), { norms: ["linf"] }),
  contractTests(adaptive(pgd(few), { backward: ["soft-top-k:0.2", "straight-through", "relu"] }), { norms: ["linf"] }),
  contractTests(atEps(fmn({ steps: 16, stepSize: 0.2 })), { norms: ["linf"], optimumFactor: 1.1 }).filter(
    // FMN takes the whole gradient for the way to the border: along a wall it nears it by halves.
    ({ name }) => !name.endsWith("along a wall of the box"),
  ),
  contractTests(atEps(ddn({ steps: 14, gamma: 0.12, firstSize: 0.04 })), { stochastic: false, optimumFactor: 1.2 }),
  contractTests(restarts(pgd(few)), { norms: ["linf"] }),
  contractTests(eot(pgd(few), { draws: 2, sigma: "0.25 eps" }), { norms: ["linf"] }),
  contractTests(estimatedGradient(pgd(few), { samples: 30, directions: "signs" }), {
    norms: ["linf"],
    optimumFactor: 1.3,
  }),
  contractTests(quantized(pgd(few), { levels: 65_536 }), { norms: ["linf"] }),
  contractTests(minimumNorm(pgd(few), { steps: 15 }), { norms: ["linf", "l2"] }),
  contractTests(cascade(pgd({ ...few, steps: 1 }), pgd(few)), { norms: ["linf"] }),
  contractTests(cascade(gradientEstimate(estimate), pgd(few)), { norms: ["linf"] }),
];

test.each(suites.flat().map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run());
