import { makeStep } from "./make-step.ts";
import { readLines } from "./read-lines.ts";
import { sizeOf, type SampleShape, type Step } from "./step.ts";

/** What is known of a network before a call: its steps, and what its gradient needs of each sample. */
export interface Network {
  readonly steps: readonly Step[];
  /** Which values each step takes; 0 is the input, `i + 1` what step i gives. */
  readonly inputs: readonly (readonly number[])[];
  /** How many floats each value has. */
  readonly sizes: readonly number[];
  /** Where each value lies on the tape that the gradient needs; undefined for those that are not kept. */
  readonly kept: readonly (number | undefined)[];
  /** Where what a step keeps of its own lies there. */
  readonly own: readonly number[];
  /** How many floats the tape has of each sample. */
  readonly tape: number;
  /** Where the constants of a step lie, and how many floats they take in all. */
  readonly constants: readonly number[];
  readonly constantsInAll: number;
}

/** Reads the text of a network. */
export function makeNetwork(text: string, x: SampleShape, weightShapes: readonly (readonly number[])[]): Network {
  const lines = readLines(text);
  const shapes = [x];
  const steps = lines.map((line) => {
    const step = makeStep(
      line,
      line.inputs.map((input) => shapes[input]!),
      weightShapes,
    );
    shapes.push(step.shape);
    return step;
  });
  const inputs = lines.map((line) => line.inputs);
  const sizes = shapes.map(sizeOf);
  const needed = new Set(
    steps.flatMap(({ keeps }, i) => (keeps === undefined ? [] : [keeps === "input" ? inputs[i]![0]! : i + 1])),
  );
  let tape = 0;
  const kept = sizes.map((size, value) => (needed.has(value) ? (tape += size) - size : undefined));
  const own = steps.map(({ ownFloats = 0 }) => (tape += ownFloats) - ownFloats);
  let constantsInAll = 0;
  const constants = steps.map((step) => (constantsInAll += step.constants ?? 0) - (step.constants ?? 0));
  return { steps, inputs, sizes, kept, own, tape, constants, constantsInAll };
}
