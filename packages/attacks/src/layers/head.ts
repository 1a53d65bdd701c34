import type * as tf from "@tensorflow/tfjs-core";
import type { layers, LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";

/** Changes something for the time of one synchronous call, and returns what undoes it. */
export type Exchange = () => () => void;

/**
 * Finds the softmax, log-softmax or sigmoid that ends a model, behind layers that pass their input on (reshape, flatten,
 * dropout, a linear activation) and in nested models too, and returns what takes it out, so that the model gives logits
 * meanwhile. Attacks on probabilities fail for the wrong reason: their gradient vanishes. What is taken out keeps the order
 * of the scores, so the predicted class stays.
 *
 * The layer's own activation is exchanged for the time of one synchronous call. A second model cut before the softmax
 * would share its layers, and TF.js counts references to those.
 *
 * @param numScores how many scores the model gives for one sample
 */
export function hideHead(model: LayersModel, numScores: number): Exchange {
  const heads = headSlots(model, numScores);
  return () => {
    const originals = heads.map(({ layer, slot }) => layer[slot]);
    for (const { layer, slot } of heads) layer[slot] = slot === "softmax" ? passThrough : LINEAR;
    return () => heads.forEach(({ layer, slot }, i) => (layer[slot] = originals[i]));
  };
}

const passThrough = (x: tf.Tensor): tf.Tensor => x;
const LINEAR = { apply: passThrough, getClassName: () => "linear" };

/** Where a layer keeps the function that is exchanged. */
interface Head {
  readonly layer: { activation?: unknown; softmax?: unknown };
  readonly slot: "activation" | "softmax";
}

function headSlots(model: LayersModel, numScores: number): Head[] {
  const uses = usesOf(model);
  const heads: Head[] = [];
  for (const { layer, output } of fromTheEnd(model)) {
    if (passesOn(layer)) continue;
    const slot = slotOf(layer, output, numScores);
    // Taken out of a layer that stands in several places, it would be missing in all of them.
    if (slot === undefined || uses.get(layer) !== 1) break;
    heads.push({ layer: layer as Head["layer"], slot });
    if (!ALONE.has(layer.getClassName())) break;
  }
  return heads;
}

function slotOf(layer: layers.Layer, output: SymbolicTensor, numScores: number): Head["slot"] | undefined {
  const isOfAll = output.shape.at(-1) === numScores && numScores > 1;
  if (layer.getClassName() === "Softmax") return isOfAll && isLastAxis(layer, output) ? "softmax" : undefined;
  const name = activationOf(layer);
  if (name === "sigmoid" || (isOfAll && (name === "softmax" || name === "logSoftmax"))) return "activation";
  return undefined;
}

function isLastAxis(layer: layers.Layer, { rank }: SymbolicTensor): boolean {
  const axis = [layer.getConfig()["axis"]].flat();
  return axis.length === 1 && (axis[0] === -1 || axis[0] === rank - 1);
}

/** The activation that such a layer applies to its result; those of recurrent layers are something else. */
function activationOf(layer: layers.Layer): string | undefined {
  if (!ACTIVATED.has(layer.getClassName())) return undefined;
  const { activation } = layer as { activation?: { getClassName(): string } | null };
  return activation?.getClassName() ?? "linear";
}

/** Whether a layer gives its input in inference mode, in the same order. */
function passesOn(layer: layers.Layer): boolean {
  const name = layer.getClassName();
  return PASSING.has(name) || (name === "Activation" && activationOf(layer) === "linear");
}

const ACTIVATED: ReadonlySet<string> = new Set([
  "Activation",
  "Dense",
  "Conv1D",
  "Conv2D",
  "Conv3D",
  "Conv2DTranspose",
  "DepthwiseConv2D",
  "SeparableConv2D",
]);
const ALONE: ReadonlySet<string> = new Set(["Activation", "Softmax"]);
const PASSING: ReadonlySet<string> = new Set([
  "Reshape",
  "Flatten",
  "Dropout",
  "SpatialDropout1D",
  "AlphaDropout",
  "GaussianDropout",
  "GaussianNoise",
]);

/** The layers that a model ends with, the last one first, as long as each has one input; nested models are entered. */
function* fromTheEnd(model: LayersModel): Generator<{ layer: layers.Layer; output: SymbolicTensor }> {
  // What goes into each model that was entered.
  const outer: SymbolicTensor[] = [];
  let output: SymbolicTensor | undefined = model.outputs[0];
  while (output !== undefined) {
    const layer: layers.Layer = output.sourceLayer;
    const { id } = output;
    const node = layer.inboundNodes.find(({ outputTensors }) => outputTensors.some((tensor) => tensor.id === id));
    const [input, ...others]: SymbolicTensor[] = node?.inputTensors ?? [];
    if (layer.getClassName() === "InputLayer") output = outer.pop();
    else if (others.length > 0) return;
    else if (isModel(layer)) {
      if (layer.outputs.length !== 1 || layer.inputs.length !== 1 || input === undefined) return;
      outer.push(input);
      output = layer.outputs[0];
    } else {
      yield { layer, output };
      output = input;
    }
  }
}

/** How often each layer is computed in one pass, in nested models too. */
function usesOf(model: LayersModel, uses: Map<layers.Layer, number> = new Map()): Map<layers.Layer, number> {
  for (const layer of computed(model)) {
    uses.set(layer, (uses.get(layer) ?? 0) + 1);
    if (isModel(layer)) usesOf(layer, uses);
  }
  return uses;
}

/** The layers of a model, as often as each is computed. */
function computed(model: LayersModel): layers.Layer[] {
  // A Sequential has no graph before its first use.
  if (model.getClassName() === "Sequential") return model.layers;
  const { nodesByDepth } = model as unknown as { nodesByDepth: Record<string, { outboundLayer: layers.Layer }[]> };
  return Object.values(nodesByDepth).flatMap((nodes) => nodes.map(({ outboundLayer }) => outboundLayer));
}

function isModel(layer: layers.Layer): layer is LayersModel {
  return "layers" in layer && "inputs" in layer;
}
