import { describe, expect, test } from "vitest";
import { describeEach, OTHER_WAYS } from "../../packages/backend/test/conformance/ways.ts";
import { checkOperation, OPERATIONS } from "../operations/index.ts";

const CASES = Number(process.env["KWTA_CASES"] ?? 4);

describeEach(OTHER_WAYS, () => {
  describe.each(OPERATIONS.map((operation) => [operation.name, operation] as const))("%s", (_, operation) => {
    test("is right", async () => {
      const { first } = await checkOperation(operation, CASES, 1);
      expect(first).toBeUndefined();
    });
  });
});
