import type { ScoreKind } from "@kwta/attacks";
import { InputError, show } from "@kwta/core";
import { checkLayout, fileShape, guessLayout, imageShape, type ImageLayout } from "./layout.ts";
import type { OnnxSession, OnnxValueInfo } from "./runtime.ts";

/** What a file takes and gives. */
export interface Signature {
  readonly input: string;
  readonly output: string;
  readonly layout: ImageLayout;
  /** Of one image, as people have it. */
  readonly inputShape: readonly number[];
  /** The same as the file has it. */
  readonly sizes: readonly number[];
  /** How many images it takes at once; undefined for any number. */
  readonly fixedBatch: number | undefined;
  /** How many scores it gives for an image; undefined where the file does not say. */
  readonly numScores: number | undefined;
  readonly scores: ScoreKind;
}

/** What a caller says of a file that may not say it itself. */
export interface SignatureOptions {
  readonly inputShape?: readonly number[] | undefined;
  readonly layout?: ImageLayout | undefined;
  readonly output?: string | undefined;
  readonly scores?: ScoreKind | undefined;
}

/** @throws InputError for a file that does not take images to scores, and for what the options say wrongly of it */
export function signatureOf(session: OnnxSession, options: SignatureOptions): Signature {
  const input = inputOf(session.inputMetadata);
  const output = outputOf(session.outputMetadata, options.output);
  const [batch, ...sizes] = input.shape!;
  const guess = sizes.length === 3 ? guessLayout(sizes.map(Number)) : "nhwc";
  const layout = options.layout === undefined ? guess : checkLayout(options.layout);
  const inputShape = shapeOf(sizes, layout, options.inputShape);
  return {
    input: input.name,
    output: output.name,
    layout,
    inputShape,
    sizes: sizes.length === 3 ? fileShape(inputShape, layout) : rowShape(sizes, inputShape),
    fixedBatch: typeof batch === "number" && batch > 0 ? batch : undefined,
    numScores: numScoresOf(output),
    scores: options.scores ?? NAMED[output.name] ?? "logits",
  };
}

/** Of outputs that are called so. */
const NAMED: Readonly<Record<string, ScoreKind>> = {
  probabilities: "probabilities",
  log_probabilities: "log-probabilities",
};

function inputOf(inputs: readonly OnnxValueInfo[]): OnnxValueInfo {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    const names = inputs.map(({ name }) => name).join(", ");
    throw new InputError(`The ONNX file has ${inputs.length} inputs (${names}); a classifier takes one, the images.`);
  }
  if (input.type !== "float32") {
    throw new InputError(
      `The input ${show(input.name)} of the ONNX file is ${typeOf(input)}, not float32. Export it with float32 images.`,
    );
  }
  if (input.shape === undefined || input.shape.length < 2) {
    throw new InputError(
      `The input ${show(input.name)} of the ONNX file has shape ${show(input.shape ?? [])}. A classifier takes a batch: ` +
        "[n, channels, height, width], [n, height, width, channels] or [n, values].",
    );
  }
  return input;
}

function outputOf(outputs: readonly OnnxValueInfo[], wanted: string | undefined): OnnxValueInfo {
  const names = outputs.map(({ name }) => show(name)).join(", ");
  const named = outputs.find(({ name }) => name === wanted);
  const known = outputs.filter(({ name }) => KNOWN.has(name));
  const output =
    wanted !== undefined ? named : outputs.length === 1 ? outputs[0] : known.length === 1 ? known[0] : undefined;
  if (output === undefined) {
    const found = wanted === undefined ? `has ${outputs.length} outputs` : `has no output ${show(wanted)}`;
    throw new InputError(`The ONNX file ${found}. Say which holds the scores; there are: ${names}.`);
  }
  if (output.type === "float32") return output;
  throw new InputError(
    `The output ${show(output.name)} of the ONNX file is ${typeOf(output)}, not float32 scores [n, classes]. ` +
      `Export the model without what makes labels of its scores${outputs.length > 1 ? `, or choose among: ${names}` : ""}.`,
  );
}

const KNOWN: ReadonlySet<string> = new Set(["logits", "probabilities", "log_probabilities"]);

function typeOf({ isTensor, type }: OnnxValueInfo): string {
  return isTensor ? (type ?? "of no known type") : "no tensor";
}

function shapeOf(
  sizes: readonly (number | string)[],
  layout: ImageLayout,
  given: readonly number[] | undefined,
): readonly number[] {
  const isOpen = sizes.some((size) => !(Number(size) > 0));
  if (given === undefined && isOpen) {
    throw new InputError(
      `The ONNX file leaves open what images it takes: [n, ${sizes.join(", ")}]. Say it: inputShape: [32, 32, 3].`,
    );
  }
  const own = imageShape(sizes as readonly number[], layout);
  if (given === undefined) return own;
  // Without an axis of channels, it is the order of the values alone that counts.
  const isRow = sizes.length !== 3 && (isOpen || product(given) === product(own));
  const fits = given.length === own.length && given.every((size, i) => !(Number(own[i]) > 0) || own[i] === size);
  if (isRow || fits) return [...given];
  throw new InputError(`The images have shape ${show(given)}, but the ONNX file takes ${show(own)}.`);
}

/** Of images that come without an axis of channels. */
function rowShape(sizes: readonly (number | string)[], inputShape: readonly number[]): readonly number[] {
  const areSaid = sizes.every((size) => Number(size) > 0);
  return areSaid ? (sizes as readonly number[]) : [product(inputShape)];
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

function numScoresOf({ name, shape = [] }: OnnxValueInfo): number | undefined {
  const [, ...sizes] = shape;
  // An output without a shape says nothing of itself.
  if (shape.length === 0 || sizes.some((size) => !(Number(size) > 0))) return undefined;
  const numScores = product(sizes as number[]);
  if (sizes.filter((size) => size !== 1).length <= 1) return numScores;
  throw new InputError(
    `The output ${show(name)} of the ONNX file has shape [n, ${sizes.join(", ")}]; a classifier gives [n, classes].`,
  );
}
