import { findActivation } from "../../../host/register-wasm-module.ts";
import { sizeOf, type StepMaker } from "../step.ts";

/** The name of an activation that a kernel pack brought, and what it needs. */
export const makeActivation: StepMaker = ([name, ...words], [x]) => {
  const found = findActivation(name!);
  if (found === undefined) throw new Error(`there is no activation ${name}`);
  const { activation, runner } = found;
  const size = sizeOf(x!);
  return {
    shape: x!,
    keeps: "input",
    ownFloats: activation.ownFloats ?? 0,
    forward({ host, count }, { inputs, output, own }) {
      activation.forward({ ...runner(host), count, size, words }, { x: inputs[0]!, y: output, own });
    },
    backward({ host, count }, { dy, dx, kept, own }) {
      activation.backward({ ...runner(host), count, size, words }, { dy, x: kept, own, dx });
    },
  };
};
