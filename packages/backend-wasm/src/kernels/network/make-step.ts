import type { Line } from "./read-lines.ts";
import type { SampleShape, Step, StepMaker } from "./step.ts";
import { makeActivation } from "./steps/activation.ts";
import { makeAdd } from "./steps/add.ts";
import { makeConcat } from "./steps/concat.ts";
import { makeConvolution } from "./steps/convolution.ts";
import { makePool } from "./steps/pool.ts";
import { makeRelu } from "./steps/relu.ts";
import { makeNorm, makeScale } from "./steps/scale.ts";
import { makeTrainedNorm } from "./steps/trained-norm.ts";

/** Whether batch norms have given statistics, or those of the batch. */
export type Mode = "given" | "trained";

const MAKERS: Readonly<Record<string, StepMaker>> = {
  activation: makeActivation,
  add: makeAdd,
  concat: makeConcat,
  conv: makeConvolution,
  max: makePool("max"),
  mean: makePool("mean"),
  relu: makeRelu,
  scale: makeScale,
};

const NORMS: Readonly<Record<Mode, StepMaker>> = { given: makeNorm, trained: makeTrainedNorm };

/** Makes the step of a line. */
export function makeStep(
  { name, args }: Line,
  inputs: readonly SampleShape[],
  weightShapes: readonly (readonly number[])[],
  mode: Mode,
): Step {
  const make = name === "norm" ? NORMS[mode] : MAKERS[name];
  if (make === undefined) throw new Error(`there is no step ${name}`);
  return make(args, inputs, weightShapes);
}
