import type { Bench, Outcome, TestGroup } from "./bench.ts";
import { check, isSame } from "./expect.ts";
import { linearProblem } from "./linear-problem.ts";

/** What a minimum-norm attack finds when it is after the nearest point. */
export function minimumNormTests(bench: Bench): TestGroup {
  if (bench.attack.kind !== "minimum-norm") return {};
  return {
    "finds the nearest point of a linear model": () => nearest(bench),
    "finds the same in any batch": () => batchInvariance(bench),
    "never finds less with a larger budget": () => moreQueries(bench),
    "finds nothing beyond the largest size": () => withinLargest(bench),
  };
}

async function nearest({ trial, norm, optimumFactor }: Bench): Promise<void> {
  const problem = linearProblem(3, { samples: 6, classes: 2, norm });
  const outcome = await trial({ aim: "nearest", threat: { norm, eps: Infinity } }, problem);
  for (const [row, optimum] of problem.optima.entries()) {
    const found = outcome.distance[row]!;
    if (outcome.success[row] === 0 && optimumFactor === Infinity) continue;
    check(outcome.success[row] === 1, `Sample ${row} was not broken, though nothing stood in the way.`);
    const limit = norm === "l0" ? Math.ceil(optimumFactor * optimum) : optimumFactor * optimum;
    check(found <= limit, `Sample ${row} was broken at ${found}; the optimum is ${optimum}.`);
    check(found >= 0.999 * optimum, `Sample ${row} was broken at ${found}, below the optimum, ${optimum}.`);
  }
}

async function batchInvariance({ trial, problem, norm }: Bench): Promise<void> {
  const options = { aim: "nearest", threat: { norm, eps: Infinity } } as const;
  const together = await trial(options);
  for (const row of problem.inputs.keys()) {
    const alone = await trial({ ...options, rows: [row] });
    const [a, b] = [valuesOf(together, row), valuesOf(alone, 0)];
    check(isSame(a, b), `Sample ${row} came out differently alone.`);
    check(together.queries[row] === alone.queries[0], `Sample ${row} cost another number of queries alone.`);
  }
}

async function moreQueries({ trial, norm }: Bench): Promise<void> {
  let before: Float32Array | undefined;
  for (const queries of [4, 20, 100, 1000]) {
    const { distance, success } = await trial({
      aim: "nearest",
      threat: { norm, eps: Infinity },
      budget: { queries },
    });
    const found = distance.map((each, row) => (success[row] === 1 ? each : Infinity));
    for (const [row, each] of found.entries()) {
      const isWorse = before !== undefined && each > before[row]! * (1 + 1e-6);
      check(!isWorse, `Sample ${row} was broken at ${before?.[row]}, and with ${queries} queries only at ${each}.`);
    }
    before = found;
  }
}

async function withinLargest({ trial, norm, eps }: Bench): Promise<void> {
  const { distance } = await trial({ aim: "nearest" });
  const limit = eps * (1 + 1e-5) + 1e-6;
  check(
    distance.every((each) => each <= limit),
    `A sample moved by ${Math.max(...distance)} in ${norm}; the largest size is ${eps}.`,
  );
}

function valuesOf({ values, success }: Outcome, row: number): Float32Array {
  const size = values.length / success.length;
  return values.subarray(row * size, (row + 1) * size);
}
