import { digest, InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Net } from "./net.ts";

/** What is used of a `tf.GraphModel` of `@tensorflow/tfjs-converter`. */
export interface GraphModel {
  readonly inputs: readonly GraphTensor[];
  readonly outputs: readonly GraphTensor[];
  readonly weights: Readonly<Record<string, readonly tf.Tensor[]>>;
  execute(inputs: tf.NamedTensorMap, outputs: string): tf.Tensor | tf.Tensor[];
}

/** An input or output of a {@link GraphModel}. */
export interface GraphTensor {
  readonly name: string;
  readonly shape?: readonly number[] | undefined;
  readonly dtype: string;
}

/**
 * A `tf.GraphModel`: gradients go through its ops where they have them.
 *
 * @param shape of one image, where the model leaves it open
 * @throws InputError when it has several inputs or outputs, open sizes, or no scores of classes
 */
export function graphNet(model: GraphModel, shape: readonly number[] | undefined): Net {
  const [input, output] = onlyOnes(model);
  const inputShape = sizesOf(input, shape);
  const run = (x: tf.Tensor, name: string): tf.Tensor => {
    const found = model.execute({ [input.name]: x }, name);
    return Array.isArray(found) ? found[0]! : found;
  };
  const shapeOf = (name: string): readonly number[] => tf.tidy(() => run(tf.zeros([1, ...inputShape]), name).shape);
  const scores = shapeOf(output.name);
  const numScores = scores.reduce((product, size) => product * size, 1);
  if (scores[0] !== 1 || numScores !== scores.at(-1)) {
    throw new InputError(
      `For one image the model gives the shape ${show(scores)}. A classifier gives [1, classes], or [1, 1] for two classes.`,
    );
  }
  const name = logitsOf(model, output.name, numScores, shapeOf);
  return {
    inputShape,
    numScores,
    forward: (x) => run(x, name),
    async digest() {
      const names = Object.keys(model.weights).sort();
      const weights = await Promise.all(names.flatMap((each) => model.weights[each]!.map((weight) => weight.data())));
      return digest(JSON.stringify([nodesOf(model), names]), ...weights);
    },
  };
}

function onlyOnes({ inputs, outputs }: GraphModel): [input: GraphTensor, output: GraphTensor] {
  if (inputs.length === 1 && outputs.length === 1) return [inputs[0]!, outputs[0]!];
  throw new InputError(
    `The graph model has ${inputs.length} inputs and ${outputs.length} outputs. A classifier has one of each. ` +
      `Wrap it: asClassifier((x) => model.execute({ [${show(inputs[0]?.name ?? "input")}]: x }, ` +
      `${show(outputs[0]?.name ?? "output")}), { inputShape, numClasses }).`,
  );
}

function sizesOf({ name, shape = [], dtype }: GraphTensor, given: readonly number[] | undefined): readonly number[] {
  if (dtype !== "float32") {
    throw new InputError(
      `The graph model takes ${show(name)} as ${dtype}, which has no gradient. Convert it with a float32 input, or wrap it in a function.`,
    );
  }
  if (shape[0] !== undefined && shape[0] > 0) {
    throw new InputError(
      `The graph model takes batches of exactly ${shape[0]} images. Convert it with an open first size, or wrap it in a function.`,
    );
  }
  const own = shape.slice(1);
  const sizes = given ?? own;
  const fits =
    own.length === 0 || (own.length === sizes.length && own.every((size, i) => !(size > 0) || size === sizes[i]));
  if (sizes.length > 0 && sizes.every((size) => size > 0) && fits) return sizes;
  throw new InputError(
    `The graph model takes images of shape ${show(own)}${given === undefined ? "" : `, not ${show(given)}`}. ` +
      "Say the shape of one image, without open sizes: asClassifier(model, { inputShape: [224, 224, 3] }).",
  );
}

/** A node of the graph, as the model's file has it. */
interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[] | undefined;
}

function nodesOf(model: GraphModel): readonly GraphNode[] {
  const { artifacts } = model as { artifacts?: { modelTopology?: { node?: readonly GraphNode[] } } };
  return artifacts?.modelTopology?.node ?? [];
}

/** The name of what goes into the softmax or sigmoid that the model ends with; of its output, where there is none. */
function logitsOf(
  model: GraphModel,
  output: string,
  numScores: number,
  shapeOf: (name: string) => readonly number[],
): string {
  const nodes = new Map(nodesOf(model).map((node) => [node.name, node]));
  let name = output;
  for (;;) {
    const node = nodes.get(name.replace(/:\d+$/, ""));
    const [input] = node?.input ?? [];
    if (node === undefined || input === undefined) return output;
    if (PASSING.has(node.op)) name = input;
    else if (node.op === "Sigmoid") return input;
    else if (SOFTMAX.has(node.op) && numScores > 1 && shapeOf(input).at(-1) === numScores) return input;
    else return output;
  }
}

const PASSING: ReadonlySet<string> = new Set(["Identity", "Reshape", "Squeeze", "ExpandDims", "StopGradient"]);
const SOFTMAX: ReadonlySet<string> = new Set(["Softmax", "LogSoftmax"]);
