import { makeStep, type Mode } from "./make-step.ts";
import type { Place } from "./plan.ts";
import { readLines } from "./read-lines.ts";
import { sizeOf, type SampleShape, type Step } from "./step.ts";

/** What is known of a network before a call: its steps, and what its gradient needs. */
export interface Network {
  readonly steps: readonly Step[];
  /** Which values each step takes; 0 is the input, `i + 1` what step i gives. */
  readonly inputs: readonly (readonly number[])[];
  /** How many floats each value has. */
  readonly sizes: readonly number[];
  /** Where the gradient finds a value; undefined for those that it does not need. */
  readonly kept: readonly (Place | undefined)[];
  /** Where what a step keeps of its own lies. */
  readonly own: readonly Place[];
  /** How many floats each part of the tape has of each sample: one part in all, or one for each line of what is trained. */
  readonly tapes: readonly number[];
  /** Where the constants of a step lie, and how many floats they take in all. */
  readonly constants: readonly number[];
  readonly constantsInAll: number;
  /** The same of what is left for gradients that is not of one sample. */
  readonly statistics: readonly number[];
  readonly statisticsInAll: number;
  /** The channels of batch norms that are trained, in their order; undefined for other steps. */
  readonly moving: readonly (number | undefined)[];
}

/** Reads the text of a network. */
export function makeNetwork(
  text: string,
  x: SampleShape,
  weightShapes: readonly (readonly number[])[],
  mode: Mode,
): Network {
  const lines = readLines(text);
  const shapes = [x];
  const steps = lines.map((line) => {
    const step = makeStep(
      line,
      line.inputs.map((input) => shapes[input]!),
      weightShapes,
      mode,
    );
    shapes.push(step.shape);
    return step;
  });
  const inputs = lines.map((line) => line.inputs);
  const sizes = shapes.map(sizeOf);
  const [constants, constantsInAll] = sideBySide(steps.map((step) => step.constants ?? 0));
  const [statistics, statisticsInAll] = sideBySide(steps.map((step) => step.statistics ?? 0));
  const moving = steps.map(({ moves, shape }) => (moves === true ? shape.channels : undefined));
  const tape = (mode === "trained" ? tapeOfLines : oneTape)(steps, inputs, sizes);
  return { steps, inputs, sizes, constants, constantsInAll, statistics, statisticsInAll, moving, ...tape };
}

type Tape = Pick<Network, "kept" | "own" | "tapes">;
type LayOut = (steps: readonly Step[], inputs: readonly (readonly number[])[], sizes: readonly number[]) => Tape;

/** All that is kept, side by side. */
const oneTape: LayOut = (steps, inputs, sizes) => {
  const needed = new Set(steps.flatMap((step, i) => neededBy(step, i, inputs[i]!)));
  const floats = sizes.map((size, value) => (needed.has(value) ? size : 0));
  const [places, ofValues] = sideBySide(floats);
  const [own, ofSteps] = sideBySide(steps.map(({ ownFloats = 0 }) => ownFloats));
  return {
    kept: places.map((offset, value) => (needed.has(value) ? { area: "tape", offset } : undefined)),
    own: own.map((offset) => ({ area: "tape", offset: ofValues + offset })),
    tapes: [ofValues + ofSteps],
  };
};

/** What is kept of each line by itself: so much is hard to come by in one piece. The input is there all the time. */
const tapeOfLines: LayOut = (steps, inputs, sizes) => {
  const needed = new Set(
    steps.flatMap((step, i) => [
      ...neededBy(step, i, inputs[i]!),
      ...(step.differentiated === undefined ? [] : [inputs[i]![0]!]),
    ]),
  );
  const keptOf = (line: number): number => (needed.has(line + 1) ? sizes[line + 1]! : 0);
  return {
    kept: sizes.map((_, value) => {
      if (value === 0) return { area: "x", offset: 0 };
      return needed.has(value) ? { area: `tape ${value - 1}`, offset: 0 } : undefined;
    }),
    own: steps.map((_, line) => ({ area: `tape ${line}`, offset: keptOf(line) })),
    tapes: steps.map(({ ownFloats = 0 }, line) => keptOf(line) + ownFloats),
  };
};

/** The value that the gradient by a step's input needs. */
function neededBy({ keeps }: Step, i: number, inputs: readonly number[]): number[] {
  return keeps === undefined ? [] : [keeps === "input" ? inputs[0]! : i + 1];
}

/** Where parts of these sizes begin, and where the last one ends. */
function sideBySide(sizes: readonly number[]): [places: number[], inAll: number] {
  let inAll = 0;
  const places = sizes.map((size) => (inAll += size) - size);
  return [places, inAll];
}
