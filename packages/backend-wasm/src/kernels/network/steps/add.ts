import { elementwise, OPS } from "../../shared/elementwise.ts";
import { sizeOf, type StepMaker } from "../step.ts";

/** The sum of two values or more. */
export const makeAdd: StepMaker = (_args, inputs) => {
  const size = sizeOf(inputs[0]!);
  if (inputs.length < 2 || inputs.some((each) => sizeOf(each) !== size)) throw new Error("what is added must be alike");
  return {
    shape: inputs[0]!,
    canRelu: true,
    passes: true,
    forward({ host, count }, { inputs: [first, ...others], output, relu }) {
      others.forEach((b, i) => {
        const places = { a: i === 0 ? first! : output, b, to: output, count: count * size };
        if (relu && i + 1 === others.length) elementwise(host, OPS.addClip, places, [0, Infinity]);
        else elementwise(host, OPS.add, places);
      });
    },
  };
};
