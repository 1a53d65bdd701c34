import { blackBox, type BlackBoxOptions, type Classifier } from "@kwta/attacks";
import { checkOptions, digest, InputError, stableJson, throwIfAborted } from "@kwta/core";
import { platform } from "#platform";
import { channelsFirst } from "./layout.ts";
import { SESSION_OPTIONS, type OnnxRuntime, type OnnxSession, type OnnxTensor } from "./runtime.ts";
import { signatureOf, type Signature, type SignatureOptions } from "./signature.ts";

/** Settings of {@link onnxClassifier}. What is left out is read from the file. */
export interface OnnxOptions extends SignatureOptions, Pick<BlackBoxOptions, "bounds" | "mean" | "std" | "batchSize"> {
  /**
   * The order of an image's values in the file.
   *
   * @defaultValue where the channels, 1 or 3, are; `"nchw"` in case of doubt
   */
  readonly layout?: SignatureOptions["layout"];
  /** Of one image, height, width, channels: where the file leaves it open, or takes images as a row of values. */
  readonly inputShape?: SignatureOptions["inputShape"];
  /** Which output holds the scores. @defaultValue the only one, or that of such a name */
  readonly output?: SignatureOptions["output"];
  /** What the scores are. @defaultValue as the output is called: `probabilities`, `log_probabilities`; else `"logits"` */
  readonly scores?: SignatureOptions["scores"];
  /** @defaultValue `onnxruntime-node`, in pages `onnxruntime-web`, if it is installed */
  readonly runtime?: OnnxRuntime | undefined;
  /** Further settings of ONNX Runtime, such as `{ intraOpNumThreads: 2 }` or `{ executionProviders: ["webgpu"] }`. */
  readonly session?: Readonly<Record<string, unknown>> | undefined;
}

const OPTIONS: Readonly<Record<keyof OnnxOptions, true>> = {
  bounds: true,
  mean: true,
  std: true,
  batchSize: true,
  layout: true,
  inputShape: true,
  output: true,
  scores: true,
  runtime: true,
  session: true,
};

/** A {@link Classifier} of a file, which holds memory until it is disposed. */
export interface OnnxClassifier extends Classifier {
  dispose(): Promise<void>;
}

/**
 * A classifier of an ONNX file, by ONNX Runtime. It shows scores: attacks by scores or decisions run on it, those that need
 * gradients do not. A file of one fixed batch size is asked about full batches, of which the rest is thrown away.
 *
 * @param file its bytes
 * @throws InputError where ONNX Runtime is not installed, or cannot read the file, or the file is no classifier of images
 *
 * @example
 * ```ts
 * const classifier = await onnxClassifier(await readFile("net.onnx"), { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
 * const result = await runAttack(square({ queries: 1000 }), classifier, data, { threat, seed: 0 });
 * await classifier.dispose();
 * ```
 */
export async function onnxClassifier(file: Uint8Array, options: OnnxOptions = {}): Promise<OnnxClassifier> {
  checkOptions("onnxClassifier", options, OPTIONS);
  const { runtime = await platform.loadRuntime(), bounds, mean, std, session: settings } = options;
  const session = await runtime.InferenceSession.create(file, { ...SESSION_OPTIONS, ...settings }).catch(unreadable);
  try {
    const signature = signatureOf(session, options);
    const ask = asking(runtime, session, signature);
    const numScores = signature.numScores ?? (await countScores(ask, signature));
    const classifier = blackBox(({ values, shape }, { signal }) => ask(values, shape[0]!, signal), {
      inputShape: signature.inputShape,
      numClasses: Math.max(2, numScores),
      bounds,
      mean,
      std,
      scores: signature.scores,
      batchSize: signature.fixedBatch ?? options.batchSize,
      digest: () => digest(stableJson({ signature, bounds, mean, std }), file),
    });
    return { ...classifier, dispose: () => session.release() };
  } catch (error) {
    await session.release();
    throw error;
  }
}

type Ask = (values: Float32Array, n: number, signal?: AbortSignal) => Promise<Float32Array>;

/** Asks the file about `n` images, one question after the other. */
function asking({ Tensor }: OnnxRuntime, session: OnnxSession, signature: Signature): Ask {
  const { input, output, layout, inputShape, sizes, fixedBatch } = signature;
  const isTurned = layout === "nchw" && inputShape.length === 3;
  let last: Promise<unknown> = Promise.resolve();
  const run = async (values: Float32Array, n: number, signal: AbortSignal | undefined): Promise<Float32Array> => {
    throwIfAborted(signal);
    const turned = isTurned ? channelsFirst(values, n, inputShape) : values;
    const whole = fixedBatch === undefined ? turned : padded(turned, (turned.length / n) * fixedBatch);
    const feeds = { [input]: new Tensor("float32", whole, [fixedBatch ?? n, ...sizes]) as never };
    const results = await session.run(feeds, [output]).catch(notComputed);
    const { data } = results[output] as OnnxTensor;
    const scores = data as Float32Array;
    return fixedBatch === undefined ? scores : scores.slice(0, (scores.length / fixedBatch) * n);
  };
  return (values, n, signal) => {
    const answer = last.then(() => run(values, n, signal));
    last = answer.catch(() => {});
    return answer;
  };
}

function padded(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values;
  const whole = new Float32Array(length);
  whole.set(values);
  return whole;
}

/** Of a file that does not say how many classes it has. */
async function countScores(ask: Ask, { inputShape, output }: Signature): Promise<number> {
  const scores = await ask(new Float32Array(inputShape.reduce((a, b) => a * b, 1)), 1);
  if (scores.length > 0) return scores.length;
  throw new InputError(`The output ${output} of the ONNX file is empty; a classifier gives [n, classes].`);
}

function unreadable(error: Error): never {
  throw new InputError(`ONNX Runtime cannot load the file: ${firstLine(error)}. Is it an ONNX model?`, {
    cause: error,
  });
}

function notComputed(error: Error): never {
  throw new InputError(`ONNX Runtime cannot compute the model: ${firstLine(error)}.`, { cause: error });
}

function firstLine({ message }: Error): string {
  return message
    .split("\n")[0]!
    .slice(0, 300)
    .replace(/[.\s]+$/, "");
}
