import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { expect, test } from "vitest";
import {
  ATTACKS,
  cwL2,
  cwLinf,
  ddn,
  deepfool,
  ead,
  fab,
  fabT,
  fmn,
  jsma,
  pdgd,
  pdpgd,
  sigmaZero,
  superDeepfool,
  toAttack,
  type AttackLike,
} from "../src/index.ts";
import { contractTests, type ContractOptions } from "../src/testing/index.ts";

const rounds = { rounds: 2, iterations: 8, constant: 0.1, stepSize: 0.03 };
const primalDual = { steps: 26, stepSize: 0.014, ratio: 0.1 };

/**
 * Parameters that are cheap on the problems of the suite, and norms that make a difference there. So few steps do not lead
 * all attacks to the optimum; how near they come with more is held against other libraries.
 */
const suites: readonly (readonly [AttackLike, ContractOptions])[] = [
  [ddn({ steps: 14, gamma: 0.12, firstSize: 0.04 }), { stochastic: false, optimumFactor: 1.2 }],
  [fmn({ steps: 16, stepSize: 0.2 }), { norms: ["linf", "l0"], optimumFactor: 1.1 }],
  [sigmaZero({ steps: 16, stepSize: 0.5 }), {}],
  [pdpgd({ ...primalDual, proximalSteps: 2 }), { norms: ["l1"], optimumFactor: 15 }],
  [pdgd(primalDual), { optimumFactor: 7 }],
  [cwL2(rounds), { optimumFactor: 5 }],
  [cwLinf({ iterations: 5, stepSize: 0.01, constant: 2, limitFactor: 0.4, leastLimit: 0.02 }), { optimumFactor: 2 }],
  [deepfool, { norms: ["linf"], optimumFactor: 1.1 }],
  [superDeepfool({ rounds: 2, steps: 5 }), {}],
  [fab({ steps: 3, restarts: 2 }), { norms: ["l2"] }],
  [fab({ steps: 4 }), { norms: ["l1"], stochastic: false }],
  [ead({ ...rounds, beta: 0.002 }), { optimumFactor: 2 }],
  [jsma({ steps: 6 }), { optimumFactor: 2 }],
];

test("every minimum-norm attack is tried", () => {
  // FAB-T is made of FAB; attacks that see less are in contract-black-box.test.ts.
  const expected = ATTACKS.filter(
    ({ kind, access, id }) => kind === "minimum-norm" && access === "gradient" && id !== fabT.id,
  ).map(({ id }) => id);
  const tried = new Set(suites.map(([attack]) => toAttack(attack).id));
  expect(expected.filter((id) => !tried.has(id))).toEqual([]);
});

const tests = suites.flatMap(([attack, options]) => contractTests(attack, options));

test.each(tests.map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run());
