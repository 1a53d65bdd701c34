import { elementwise, OPS } from "../../shared/elementwise.ts";
import { sizeOf, type StepMaker } from "../step.ts";

/** ReLU. */
export const makeRelu: StepMaker = (_args, [x]) => {
  const size = sizeOf(x!);
  return {
    shape: x!,
    keeps: "output",
    isRelu: true,
    inPlace: true,
    forward({ host, count }, { inputs, output }) {
      elementwise(host, OPS.clip, { a: inputs[0]!, b: inputs[0]!, to: output, count: count * size }, [0, Infinity]);
    },
    backward({ host, count }, { dy, dx, kept }) {
      elementwise(host, OPS.wherePositive, { a: dy, b: kept, to: dx, count: count * size });
    },
  };
};
