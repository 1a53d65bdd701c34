import { expect, test } from "vitest";
import { describeEach, WAYS } from "../../packages/backend/test/conformance/ways.ts";
import { checkOperation, OPERATIONS } from "../operations/index.ts";

// A few geometries of each; `npm run conformance` takes more.
const CASES = 3;

const ways = WAYS.filter(({ name }) => /^cpu|3 threads, relaxed SIMD|native kernels, Winograd/u.test(name));

describeEach(ways, () => {
  test.each(OPERATIONS.map((operation) => [operation.name, operation] as const))("%s", async (_, operation) => {
    const { first } = await checkOperation(operation, CASES, 1);
    expect(first).toBeUndefined();
  });
});
