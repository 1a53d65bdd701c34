import type { Bench, Outcome, TestGroup } from "./bench.ts";
import { check, isSame } from "./expect.ts";

/** The result of a sample depends on the sample, its id and the seed, and on nothing else. */
export function reproducibilityTests(bench: Bench): TestGroup {
  return {
    "gives each sample the same result in any batch": () => batchInvariance(bench),
    "repeats itself with the same seed": () => determinism(bench),
    "draws no random numbers but its own": () => ownRandomness(bench),
  };
}

async function batchInvariance({ trial, problem }: Bench): Promise<void> {
  const together = await trial({ keepFailed: true });
  const all = [...problem.inputs.keys()];
  const orders = { permuted: [3, 6, 1, 0, 5, 2, 4], "alone (sample 5)": [5] };
  for (const [how, rows] of Object.entries(orders)) {
    const other = await trial({ keepFailed: true, rows });
    for (const [i, row] of rows.entries()) checkSameSample(together, row, other, i, how);
  }
  for (const batchSize of [1, 3]) {
    const other = await trial({ keepFailed: true, batchSize });
    for (const row of all) checkSameSample(together, row, other, row, `with batchSize ${batchSize}`);
  }
}

function checkSameSample(a: Outcome, rowA: number, b: Outcome, rowB: number, how: string): void {
  const size = a.values.length / a.success.length;
  const part = (outcome: Outcome, row: number) => outcome.values.subarray(row * size, (row + 1) * size);
  check(isSame(part(a, rowA), part(b, rowB)), `Sample ${rowA} came out differently ${how}.`);
  for (const field of ["success", "margin", "queries", "gradients", "firstSuccessAt"] as const) {
    check(Object.is(a[field][rowA], b[field][rowB]), `${field} of sample ${rowA} came out differently ${how}.`);
  }
}

async function determinism({ trial, attack, problem }: Bench): Promise<void> {
  const trace = Int32Array.from(problem.inputs.keys());
  const run = (seed: number) => trial({ keepFailed: true, trace, seed });
  const [first, second, other] = [await run(1), await run(1), await run(2)];
  check(isSame(first.values, second.values), "Two runs with the same seed gave different results.");
  // Two seeds may end at the same points, but not go the same way.
  const margins = (outcome: Outcome) => outcome.trace.map(({ margin }) => margin);
  check(isSame(margins(first), margins(second)), "Two runs with the same seed asked about different points.");
  const isOther = !isSame(margins(first), margins(other));
  check(
    isOther === attack.stochastic,
    attack.stochastic
      ? "The attack is declared stochastic, and the seed changed nothing."
      : "The seed changed the result of an attack that is not declared stochastic.",
  );
}

async function ownRandomness({ trial }: Bench): Promise<void> {
  const { random } = Math;
  Math.random = () => {
    throw new Error("Math.random was called. Use ctx.random.");
  };
  try {
    await trial();
  } finally {
    Math.random = random;
  }
}
