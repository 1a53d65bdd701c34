import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { test } from "vitest";
import { ATTACKS, type Norm } from "../src/index.ts";
import { contractTests } from "../src/testing/index.ts";

// Attacks that see scores or decisions; those that take gradients are in contract.test.ts.
interface Trial {
  /** Cheap on the problems of the suite. */
  readonly params: object;
  /** Those whose parts have been tried in the other norms, or that take long. @defaultValue all */
  readonly norms?: readonly Norm[];
  /** How much more than the optimum a search needs that does not know the gradient. @defaultValue as for others */
  readonly factors?: Partial<Readonly<Record<Norm, number>>>;
}

const ladder = [
  [2, 100],
  [3, 150],
];

const trials: Readonly<Record<string, Trial>> = {
  "kwta/square": { params: { queries: 100, rescale: true }, factors: { linf: 1.1, l2: 3, l1: 6 } },
  "kwta/gradient-estimate": {
    params: { ladder, sigma: "0.5 eps", stepSize: "0.25 eps", chunkBytes: 9600 },
    norms: ["linf"],
    factors: { linf: 1.2 },
  },
  "kwta/spsa": {
    params: { steps: 12, samples: 40, delta: "0.5 eps", learningRate: "0.2 eps" },
    norms: ["linf"],
    factors: { linf: 1.2 },
  },
  "kwta/nes": {
    params: { steps: 6, samples: 100, sigma: "0.5 eps", stepSize: "0.25 eps" },
    norms: ["linf"],
    factors: { linf: 1.2 },
  },
  "kwta/zoo": {
    params: { steps: 14, coordinates: 12, searchSteps: 2, weight: 0.5, learningRate: 0.005 },
    factors: { l2: 3 },
  },
  "kwta/one-pixel": { params: { population: 30, generations: 8 }, factors: { l0: 2 } },
  "kwta/simba": { params: { queries: 80, stepSize: "0.3 eps" }, norms: ["l2"], factors: { l2: 1.5 } },
  "kwta/boundary": { params: { steps: 100, around: 0.2, towards: 0.1 }, factors: { l2: 2 } },
  "kwta/hop-skip-jump": { params: { steps: 3, firstQueries: 100 }, norms: ["linf"], factors: { linf: 1.6 } },
  "kwta/geoda": { params: { steps: 2, queries: 180 }, norms: ["l2"], factors: { l2: 1.5 } },
  // Baselines promise nothing.
  "kwta/uniform-noise": { params: { draws: 20 }, norms: ["linf", "l0"], factors: { linf: Infinity, l0: Infinity } },
  "kwta/gaussian-noise": { params: { draws: 20 }, norms: ["l2"], factors: { l2: Infinity } },
  "kwta/contrast": { params: { steps: 5 }, norms: ["linf"], factors: { linf: Infinity } },
  "kwta/blur": { params: { steps: 5 }, norms: ["l2"], factors: { l2: Infinity } },
  "kwta/spatial": { params: { translation: 1, translations: 3 }, norms: ["l1"], factors: { l1: Infinity } },
};

const suites = ATTACKS.filter(({ access }) => access !== "gradient").flatMap((maker) => {
  const { params = {}, norms = maker.norms, factors = {} } = trials[maker.id] ?? {};
  return norms.map((norm) =>
    contractTests(maker(params), { norms: [norm], ...(factors[norm] && { optimumFactor: factors[norm] }) }),
  );
});

test.each(suites.flat().map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run());
