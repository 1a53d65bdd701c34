import { digest, InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { hideHead } from "./head.ts";
import { leanGradient } from "./lean-gradient.ts";
import { hasOwnCall } from "./network/layer-lines.ts";
import { networkOf } from "./network/network.ts";
import type { Net } from "./net.ts";

/**
 * A `tf.LayersModel`, always in inference mode.
 *
 * @throws InputError when it has several inputs or outputs, an input of open size, or no scores of classes
 */
export function layersNet(model: LayersModel): Net {
  const { inputShape, numScores } = shapes(model);
  const layers = allLayers(model);
  const choosable = layers.filter(hasBackward);
  const random = layers.filter(hasDraws);
  const goLean = leanGradient(layers);
  const showLogits = hideHead(model, numScores);
  const atLogits = <T>(f: () => T): T => {
    const hideLogits = showLogits();
    try {
      return f();
    } finally {
      hideLogits();
    }
  };
  const network = atLogits(() => networkOf(model));
  const canUse = (x: tf.Tensor): boolean =>
    network?.isThere() === true && x.size > 0 && x.dtype === "float32" && !layers.some((layer) => hasOwnCall(layer));
  // Whether what is computed forward is differentiated once, by x alone.
  let once = false;
  return {
    inputShape,
    numScores,
    choosableBackward: choosable.length > 0,
    random: random.length > 0,
    useDraws(ids, draws) {
      const restores = random.map((layer) => layer.useDraws(ids, draws));
      return () => restores.forEach((restore) => restore());
    },
    forward(x) {
      const { gradientDepth } = tf.engine().state;
      if (gradientDepth === 0 && canUse(x)) return network!.forward(x);
      if (gradientDepth === 1 && once) return network!.differentiable(x);
      return atLogits(() => model.apply(x, { training: false }) as tf.Tensor);
    },
    prepare(backward, x) {
      const restores: (() => void)[] = [];
      const undo = (): void => restores.forEach((restore) => restore());
      try {
        if (backward !== "exact") for (const layer of choosable) restores.push(layer.useBackward(backward));
        once = tf.engine().state.gradientDepth === 0 && canUse(x);
        restores.push(once ? () => (once = false) : goLean());
        return undo;
      } catch (error) {
        undo();
        throw error;
      }
    },
    async digest() {
      const weights = await Promise.all(model.getWeights().map((weight) => weight.data()));
      // With `false` it returns an object: the topology with every setting, such as the sparsity ratio.
      return digest(JSON.stringify(model.toJSON(null, false)), ...weights);
    },
  };
}

interface ChoosableLayer {
  useBackward(backward: string): () => void;
}

interface RandomLayer {
  useDraws(ids: Int32Array, draws: Uint32Array): () => void;
}

function hasDraws(layer: unknown): layer is RandomLayer {
  return typeof (layer as Partial<RandomLayer>).useDraws === "function";
}

function hasBackward(layer: unknown): layer is ChoosableLayer {
  return typeof (layer as Partial<ChoosableLayer>).useBackward === "function";
}

function allLayers(layer: { layers?: unknown }): unknown[] {
  const inner = Array.isArray(layer.layers) ? layer.layers : [];
  return [layer, ...inner.flatMap((each) => allLayers(each as { layers?: unknown }))];
}

function shapes(model: LayersModel): { inputShape: number[]; numScores: number } {
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
  const output = model.outputs[0]!.shape.slice(1);
  const numScores = output.at(-1) ?? null;
  if (numScores === null || !output.slice(0, -1).every((size) => size === 1)) {
    throw new InputError(
      `The model's output shape is ${show([null, ...output])}. ` +
        "A classifier gives [null, classes], or [null, 1] for two classes.",
    );
  }
  return { inputShape, numScores };
}
