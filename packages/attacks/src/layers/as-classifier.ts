import { checkOptions, digest, InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Classifier } from "../contract/classifier.ts";
import { checkBounds, type Bounds } from "../norms/bounds.ts";
import { differentiate } from "./differentiate.ts";
import { forwardError } from "./forward-error.ts";
import { functionNet, type FunctionOptions } from "./function-net.ts";
import { graphNet, type GraphModel } from "./graph-net.ts";
import { layersNet } from "./layers-net.ts";
import { forTwo, type Net } from "./net.ts";
import { normaliser, type Normalisation } from "./normalise.ts";

/** What {@link asClassifier} makes a classifier of. */
export type Model = LayersModel | GraphModel | ((x: tf.Tensor) => tf.Tensor);

/** Settings of {@link asClassifier}. */
export interface ClassifierOptions extends Normalisation, FunctionOptions {
  /**
   * The range of the images that the classifier takes, before any normalisation: attacks stay in it, and eps is in its
   * units.
   *
   * @defaultValue `{ min: 0, max: 1 }`
   */
  readonly bounds?: Bounds | undefined;
}

const OPTIONS: Readonly<Record<keyof ClassifierOptions, true>> = {
  bounds: true,
  mean: true,
  std: true,
  inputShape: true,
  numClasses: true,
  random: true,
  digest: true,
};

/**
 * Makes a {@link Classifier} of a `tf.LayersModel`, a `tf.GraphModel` or a function from `[n, ...]` to scores. The model
 * stays live: weights, and the sparsity of k-WTA layers, may change between calls.
 *
 * - Layers models always run in inference mode.
 * - A softmax, log-softmax or sigmoid at the end of a model is looked through, so that attacks see logits. That of a
 *   function cannot be; {@link runAttack} and evaluations say so when scores look saturated.
 * - A single score is that of class 1 against class 0: positive where the model says 1.
 * - Of a layer that has a method `useBackward(backward)`, in nested models too, as the k-WTA layer of `@kwta/op` has, the
 *   backward pass can be chosen.
 * - A model with a layer that has a method `useDraws(ids, draws)` is random, as with the stochastic LWTA layer of `@kwta/op`.
 *   A question that names no draws gets draw 0.
 *
 * @throws InputError when the model has several inputs or outputs, an input of open size, or no `[n, classes]` output
 *
 * @example
 * ```ts
 * const classifier = asClassifier(model, { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
 * classifier.logits(images, ids); // [n, 10]
 * ```
 */
export function asClassifier(model: Model, options: ClassifierOptions = {}): Classifier {
  checkOptions("asClassifier", options, OPTIONS);
  const bounds = checkBounds(options.bounds ?? { min: 0, max: 1 });
  const net = netOf(model, options);
  const { inputShape, numScores } = net;
  const normalise = normaliser(options, bounds, inputShape);
  const forward = (x: tf.Tensor): tf.Tensor2D => {
    checkInput(x, inputShape);
    const scores = tf.reshape(net.forward(normalise(x)), [x.shape[0]!, numScores]) as tf.Tensor2D;
    return numScores === 1 ? forTwo(scores) : scores;
  };
  const { mean, std } = options;
  return {
    inputShape,
    numClasses: Math.max(2, numScores),
    bounds,
    choosableBackward: net.choosableBackward ?? false,
    random: net.random ?? false,
    logits: (x, ids, draws) => drawn(net, { x, ids, draws }, () => tf.tidy(() => forward(x))),
    lossAndGradient(x, ids, loss, { backward = "exact", draws } = {}) {
      const undo = net.prepare?.(backward, x);
      try {
        return drawn(net, { x, ids, draws }, () => differentiate(forward, x, loss));
      } finally {
        undo?.();
      }
    },
    ...(net.digest && { digest: async () => digest(JSON.stringify([await net.digest!(), bounds, mean, std])) }),
  };
}

/** Computes while the model makes the random choices of these draws. */
function drawn<T>(
  net: Net,
  { x, ids, draws }: { x: tf.Tensor; ids: Int32Array; draws: Uint32Array | undefined },
  compute: () => T,
): T {
  const undo = net.random === true ? net.useDraws?.(ids, draws ?? new Uint32Array(x.shape[0]!)) : undefined;
  try {
    return compute();
  } finally {
    undo?.();
  }
}

function netOf(model: Model, options: ClassifierOptions): Net {
  if (typeof model === "function") return functionNet(model, options);
  const { inputShape, ...others } = options;
  const own = (["numClasses", "random", "digest"] as const).find((name) => others[name] !== undefined);
  if (own !== undefined) throw new InputError(`${own} is for functions; this model says it itself. Leave it out.`);
  if (typeof (model as Partial<LayersModel>)?.getWeights === "function") {
    if (inputShape === undefined) return guarded(layersNet(model as LayersModel));
    throw new InputError("inputShape is for functions and graph models; this model says it itself. Leave it out.");
  }
  if (typeof (model as Partial<GraphModel>)?.execute === "function") {
    return guarded(attempt(() => graphNet(model as GraphModel, inputShape)));
  }
  throw new InputError(
    `${show(model)} is no model. asClassifier takes a tf.LayersModel, a tf.GraphModel or a function from images to scores.`,
  );
}

/** What goes wrong in a model that somebody else made is said in one sentence; what a function throws is its author's. */
function guarded(net: Net): Net {
  return { ...net, forward: (x) => attempt(() => net.forward(x)) };
}

function attempt<T>(f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw forwardError(error);
  }
}

function checkInput(x: tf.Tensor, inputShape: readonly number[]): void {
  if (show(x.shape.slice(1)) === show(inputShape)) return;
  throw new InputError(
    `The images have shape ${show(x.shape.slice(1))}, but the model takes ${show(inputShape)}. ` +
      "Use the data set that the model was made for, or reshape the images.",
  );
}
