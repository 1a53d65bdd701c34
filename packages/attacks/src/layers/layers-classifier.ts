import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Classifier } from "../contract/classifier.ts";
import { checkBounds, type Bounds } from "../norms/bounds.ts";
import { differentiate } from "./differentiate.ts";
import { leanGradient } from "./lean-gradient.ts";
import { modelDigest } from "./model-digest.ts";
import { softmaxHead } from "./softmax-head.ts";

/** Settings of {@link layersClassifier}. */
export interface LayersClassifierOptions {
  /**
   * The range of the model's input.
   *
   * @defaultValue `{ min: 0, max: 1 }`
   */
  readonly bounds?: Bounds | undefined;
}

/**
 * A `tf.LayersModel` as a {@link Classifier}. The model stays live: weights, and the sparsity of k-WTA layers, may change
 * between calls. It always runs in inference mode, and a softmax at its end is looked through, so that attacks see
 * logits.
 *
 * A `backward` other than `"exact"` goes to every layer, in nested models too, that has a method
 * `useBackward(backward)`, as the k-WTA layer of `@kwta/op` has: it holds until the function that it returns is called.
 * Without such layers the exact gradient is used.
 *
 * @throws InputError when the model has several inputs or outputs, an input of open size, or no `[n, classes]` output
 *
 * @example
 * ```ts
 * const classifier = layersClassifier(model);
 * classifier.logits(images, ids); // [n, 10]
 * ```
 */
export function layersClassifier(model: LayersModel, options: LayersClassifierOptions = {}): Classifier {
  const { bounds = { min: 0, max: 1 } } = options;
  const { inputShape, numClasses } = shapes(model);
  const layers = allLayers(model);
  const choosable = layers.filter(hasBackward);
  const goLean = leanGradient(layers);
  const showLogits = softmaxHead(model);
  const forward = (x: tf.Tensor): tf.Tensor2D => {
    checkInput(x, inputShape);
    const hideLogits = showLogits();
    try {
      return model.apply(x, { training: false }) as tf.Tensor2D;
    } finally {
      hideLogits();
    }
  };
  return {
    inputShape,
    numClasses,
    bounds: checkBounds(bounds),
    choosableBackward: choosable.length > 0,
    logits: (x) => tf.tidy(() => forward(x)),
    lossAndGradient(x, _ids, loss, { backward = "exact" } = {}) {
      const endLean = goLean();
      const restores: (() => void)[] = [];
      try {
        if (backward !== "exact") for (const layer of choosable) restores.push(layer.useBackward(backward));
        return differentiate(forward, x, loss);
      } finally {
        for (const restore of restores) restore();
        endLean();
      }
    },
    digest: () => modelDigest(model, bounds),
  };
}

interface ChoosableLayer {
  useBackward(backward: string): () => void;
}

function hasBackward(layer: unknown): layer is ChoosableLayer {
  return typeof (layer as Partial<ChoosableLayer>).useBackward === "function";
}

function allLayers(layer: { layers?: unknown }): unknown[] {
  const inner = Array.isArray(layer.layers) ? layer.layers : [];
  return [layer, ...inner.flatMap((each) => allLayers(each as { layers?: unknown }))];
}

function shapes(model: LayersModel): { inputShape: number[]; numClasses: number } {
  if (model.inputs?.length !== 1 || model.outputs?.length !== 1) {
    throw new InputError(
      `The model has ${model.inputs?.length ?? 0} inputs and ${model.outputs?.length ?? 0} outputs. ` +
        "A classifier has one of each: one batch of images in, one score per class out.",
    );
  }
  const inputShape = model.inputs[0]!.shape.slice(1);
  if (!inputShape.every((size) => size !== null)) {
    throw new InputError(
      `The model's input shape is ${show([null, ...inputShape])}. Build it with every size but the first one fixed.`,
    );
  }
  const [, numClasses = null, ...rest] = model.outputs[0]!.shape;
  if (numClasses === null || numClasses < 2 || rest.length > 0) {
    throw new InputError(
      `The model's output shape is ${show(model.outputs[0]!.shape)}. ` +
        "A classifier gives [null, classes] with at least 2 classes; a single score is not supported.",
    );
  }
  return { inputShape, numClasses };
}

function checkInput(x: tf.Tensor, inputShape: readonly number[]): void {
  if (show(x.shape.slice(1)) === show(inputShape)) return;
  throw new InputError(
    `The images have shape ${show(x.shape.slice(1))}, but the model takes ${show(inputShape)}. ` +
      "Use the data set that the model was made for, or reshape the images.",
  );
}
