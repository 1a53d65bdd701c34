import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { test } from "vitest";
import { ATTACKS, type Norm } from "../src/index.ts";
import { contractTests } from "../src/testing/index.ts";

/** Parameters that are cheap on the problems of the suite. */
const cheap: Readonly<Record<string, object>> = {
  "kwta/ddn": { steps: 30, firstSize: 0.3 },
  "kwta/fmn": { steps: 30, stepSize: 0.3 },
  "kwta/sigma-zero": { steps: 30 },
  "kwta/pdpgd": { steps: 40 },
  "kwta/pdgd": { steps: 40 },
  "kwta/cw-l2": { rounds: 3, iterations: 15, stepSize: 0.1, constant: 1 },
  "kwta/cw-linf": { iterations: 6, stepSize: 0.1, constant: 1, limitFactor: 0.8, leastLimit: 0.02 },
  "kwta/deepfool": {},
  "kwta/superdeepfool": {},
  "kwta/fab": { steps: 8 },
  "kwta/fab-t": { steps: 8 },
  "kwta/ead": { rounds: 3, iterations: 15, constant: 1 },
  "kwta/jsma": { steps: 6 },
};

/** Those whose parts are tried in other norms. */
const some: Readonly<Record<string, readonly Norm[]>> = {};

const suites = ATTACKS.filter(({ kind }) => kind === "minimum-norm").flatMap((maker) =>
  (some[maker.id] ?? maker.norms).map((norm) =>
    contractTests(maker(cheap[maker.id]), { norms: [norm], optimumFactor: 1.05 }),
  ),
);

test.each(suites.flat().map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run());
