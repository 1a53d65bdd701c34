import { InputError, show } from "@kwta/core";
import { io, serialization, tidy } from "@tensorflow/tfjs-core";
import { initializers, type LayersModel } from "@tensorflow/tfjs-layers";
import { withAddWeight, type AddWeight, type Weight } from "../build/with-add-weight.ts";
import { withResetAfter } from "../keras3/gru-reset-after.ts";
import { registerKeras3 } from "../keras3/register.ts";
import { isKeras3, translateKeras3, type Topology } from "../keras3/translate.ts";
import { toCamelCaseConfig } from "./camel-case.ts";
import { checkTopology } from "./check-topology.ts";

/** A model as TensorFlow.js stores it. */
export interface SavedModel {
  readonly modelTopology: object;
  readonly weightSpecs: readonly io.WeightsManifestEntry[];
  readonly weightData: ArrayBuffer;
}

/**
 * Builds a model and fills it. TensorFlow.js's own loader allocates whatever the topology leads to before it looks at the
 * weights, so a few lines of JSON could take all memory; and it waits forever for a layer that a damaged file names wrongly.
 * Here each weight is held against the file before it is allocated, and the waiting ends. Leaves no tensors behind when it throws.
 *
 * @throws InputError of a layer that asks for other weights than the file has; other errors are TensorFlow.js's
 */
export function buildSaved(saved: SavedModel): LayersModel {
  registerKeras3();
  const { model: topology, weightSpecs } = modelConfig(saved);
  const made: Weight[] = [];
  try {
    const model = withCheckedWeights(weightSpecs, made, () => fromTopology(topology));
    tidy(() => {
      const tensors = io.decodeWeights(saved.weightData, [...weightSpecs]);
      for (const { name, group } of weightSpecs) if (group === "optimizer") delete tensors[name];
      model.loadWeights(tensors);
    });
    return model;
  } catch (error) {
    for (const weight of made) weight.dispose();
    throw error;
  }
}

type FromConfig = (type: unknown, config: object, customObjects: object, fastWeightInit: boolean) => LayersModel;

/** The model, without what Keras writes around it and in the form that TensorFlow.js knows, and its weights. */
function modelConfig({ modelTopology, weightSpecs }: SavedModel): Topology {
  const { model_config: inner } = modelTopology as { model_config?: object | null };
  const topology = { model: (inner ?? modelTopology) as Topology["model"], weightSpecs };
  return isKeras3(topology.model) ? translateKeras3(topology) : topology;
}

/** What TensorFlow.js's loader does with a topology. */
function fromTopology(topology: object): LayersModel {
  const { className, config } = checkTopology(withResetAfter(toCamelCaseConfig(topology))) as Record<string, unknown>;
  const known = serialization.SerializationMap.getMap().classNameMap as unknown as Record<
    string,
    [unknown, FromConfig]
  >;
  const isKnown = typeof className === "string" && Object.hasOwn(known, className);
  if (!isKnown || typeof config !== "object" || config === null) {
    throw new InputError(`its topology is of class ${show(className)}, expected Model, Functional or Sequential`);
  }
  const [type, fromConfig] = known[className]!;
  const model = fromConfig(type, config, {}, true);
  if (typeof model.loadWeights === "function") return model;
  throw new InputError(`its topology is a single layer of class ${show(className)}`);
}

/** Runs `build`, which must not wait for anything; a layer gets no weights but those of `specs`. */
function withCheckedWeights<T>(specs: readonly io.WeightsManifestEntry[], made: Weight[], build: () => T): T {
  const shapes = new Map(specs.map(({ name, shape }) => [name, shape]));
  let left = specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const zeros = initializers.zeros();
  const checked = (own: AddWeight): AddWeight =>
    function (name, shape, dtype, _, regulariser, trainable, constraint) {
      const stored = shapes.get(`${this.name}/${name}`);
      const wish = `its layer ${show(this.name)} asks for a ${name} of shape ${show(shape)}`;
      if (stored && show(stored) !== show(shape)) throw new InputError(`${wish}, and its weights have ${show(stored)}`);
      left -= sizeOf(shape);
      if (!(left >= 0)) throw new InputError(`${wish}, and its weights have no such numbers left`);
      // Zeros, since the file's values replace them; an initialiser of the file's may draw forever. They go with the tidy,
      // also when the name is one that TensorFlow.js refuses.
      tidy(() => void made.push(own.call(this, name, shape, dtype, zeros, regulariser, trainable, constraint)));
      return made.at(-1)!;
    };
  return withAddWeight(checked, build);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * (Number.isSafeInteger(n) && n >= 0 ? n : NaN), 1);
}
