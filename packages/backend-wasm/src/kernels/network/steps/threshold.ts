import { thresholdRule } from "../../../host/register-wasm-module.ts";
import { sizeOf, type StepMaker } from "../step.ts";

/** The name of a rule that a kernel pack brought, and its number. */
export const makeThreshold: StepMaker = ([name, number], [x]) => {
  const rule = thresholdRule(name!);
  if (rule === undefined) throw new Error(`there is no rule ${name}`);
  const size = sizeOf(x!);
  return {
    shape: x!,
    keeps: "input",
    // The threshold.
    ownFloats: 1,
    forward({ host, count }, { inputs, output, own }) {
      const attributes = rule.attributes(Number(number));
      rule.forward({ host, inputs, outputs: [output, own], inputShapes: [[count, size]], attributes });
    },
    backward({ host, count }, { dy, dx, kept, own }) {
      const inputShapes = [[count, size], [count, size], [count]];
      rule.backward({ host, inputs: [dy, kept, own], outputs: [dx], inputShapes });
    },
  };
};
