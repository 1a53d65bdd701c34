import { runAttack } from "../runtime/run-attack.ts";
import { tensorOf, type Bench, type TestGroup } from "./bench.ts";
import { check, checkNoLeak, isSame, throwsNamed } from "./expect.ts";
import { withHook } from "./doubles.ts";

/** The attack takes nothing that is not its own and gives everything back. */
export function resourceTests(bench: Bench): TestGroup {
  return {
    "leaves its input untouched": () => inputUntouched(bench),
    "leaves no tensors": () => noLeak(bench),
    "stops at once when aborted": () => abort(bench),
  };
}

async function inputUntouched({ attack, norm, problem, eps }: Bench): Promise<void> {
  const x = tensorOf(problem, [...problem.inputs.keys()]);
  const before = await x.data();
  const data = { x, labels: problem.labels };
  const threat = { norm, eps };
  const result = await runAttack(attack, problem.classifier, data, { threat, seed: 1 });
  result.dispose();
  check(!x.isDisposed, "The input tensor was disposed.");
  check(isSame(before, await x.data()), "The input tensor was changed.");
  x.dispose();
}

async function noLeak({ trial, problem }: Bench): Promise<void> {
  await trial();
  await checkNoLeak("A whole run", async () => void (await trial()));
  await checkNoLeak("A run of two batches", async () => void (await trial({ batchSize: 4 })));
  for (const failAt of [1, 2, 4]) {
    let calls = 0;
    const classifier = withHook(problem.classifier, () => {
      calls += 1;
      if (calls === failAt) throw new RangeError("The model failed.");
    });
    await checkNoLeak(`A model that failed in call ${failAt}`, async () => {
      const isPassedOn = await throwsNamed("RangeError", () => trial({ classifier }));
      check(isPassedOn || calls < failAt, "The error of the model was swallowed.");
    });
  }
}

async function abort({ trial, problem }: Bench): Promise<void> {
  for (const abortAt of [0, 1, 2, 4]) {
    const controller = new AbortController();
    if (abortAt === 0) controller.abort();
    let calls = 0;
    const classifier = withHook(problem.classifier, () => {
      calls += 1;
      if (calls === abortAt) controller.abort();
    });
    await checkNoLeak(`A run aborted in call ${abortAt}`, async () => {
      const isAborted = await throwsNamed("AbortError", () => trial({ classifier, signal: controller.signal }));
      check(isAborted || calls < abortAt, "An aborted run did not throw an AbortError.");
    });
    check(calls <= abortAt + 1, `After the abort the model was called ${calls - abortAt} more times.`);
  }
}
