import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { pgd, runAttack } from "../src/index.ts";
import { linearProblem } from "../src/testing/index.ts";
import { tensorOf } from "../src/testing/bench.ts";

test("without registered gradients the error says what to import", async () => {
  const problem = linearProblem(0);
  const data = { x: tensorOf(problem, [...problem.inputs.keys()]), labels: problem.labels };
  const attacking = runAttack(pgd, problem.classifier, data, { threat: { norm: "linf", eps: 0.1 }, seed: 0 });
  await expect(attacking).rejects.toThrow('Import "@tensorflow/tfjs-layers"');
});
