import type { Line } from "./read-lines.ts";
import type { SampleShape, Step, StepMaker } from "./step.ts";
import { makeAdd } from "./steps/add.ts";
import { makeConcat } from "./steps/concat.ts";
import { makeConvolution } from "./steps/convolution.ts";
import { makePool } from "./steps/pool.ts";
import { makeRelu } from "./steps/relu.ts";
import { makeNorm, makeScale } from "./steps/scale.ts";
import { makeThreshold } from "./steps/threshold.ts";

const MAKERS: Readonly<Record<string, StepMaker>> = {
  add: makeAdd,
  concat: makeConcat,
  conv: makeConvolution,
  max: makePool("max"),
  mean: makePool("mean"),
  norm: makeNorm,
  relu: makeRelu,
  scale: makeScale,
  threshold: makeThreshold,
};

/** Makes the step of a line. */
export function makeStep(
  { name, args }: Line,
  inputs: readonly SampleShape[],
  weightShapes: readonly (readonly number[])[],
): Step {
  const make = MAKERS[name];
  if (make === undefined) throw new Error(`there is no step ${name}`);
  return make(args, inputs, weightShapes);
}
