import { InputError, show } from "@kwta/core";
import { serialization, type io } from "@tensorflow/tfjs-core";
import { connectionsOf, endsOf, type Connection } from "./connections.ts";
import { ARITHMETIC, translateLayer, type Config, type Layer } from "./layers.ts";
import { renameWeights, type WeightOwner } from "./weights.ts";

/** A topology and the names of its weights. */
export interface Topology {
  readonly model: Layer;
  readonly weightSpecs: readonly io.WeightsManifestEntry[];
}

/** Whether Keras 3 wrote a topology: its inputs have a `batch_shape`. */
export function isKeras3(topology: unknown): boolean {
  if (Array.isArray(topology)) return topology.some(isKeras3);
  if (typeof topology !== "object" || topology === null) return false;
  return Object.entries(topology).some(([key, value]) => key === "batch_shape" || isKeras3(value));
}

/**
 * A topology of Keras 3 in the form of Keras 2, which TensorFlow.js reads, with the weights by the names that it looks for.
 *
 * @throws InputError that names the layer which TensorFlow.js cannot compute
 */
export function translateKeras3({ model, weightSpecs }: Topology): Topology {
  const owners: WeightOwner[] = [];
  return { model: translateModel(model, "layers", owners), weightSpecs: renameWeights(weightSpecs, owners) };
}

interface KerasLayer extends Layer {
  readonly name?: string;
  readonly inbound_nodes?: unknown;
}

const MODELS: ReadonlySet<string> = new Set(["Functional", "Model", "Sequential"]);

function translateModel({ class_name, config }: Layer, path: string, owners: WeightOwner[]): Layer {
  const { name, layers, input_layers: inputs, output_layers: outputs } = config;
  if (!Array.isArray(layers)) throw new InputError(`its model ${show(name)} has no list of layers`);
  const nextPath = paths(path);
  const isSequential = class_name === "Sequential";
  const translated = withInput((layers as KerasLayer[]).map(arithmetic), config, isSequential).map((layer) => {
    const parts = translateOne(layer, nextPath(layer.class_name), owners);
    return { ...parts, name: String(layer.config["name"]), inbound_nodes: layer.inbound_nodes };
  });
  if (isSequential) {
    return {
      class_name,
      config: { name, layers: translated.flatMap(({ layer, after }) => (after ? [layer, after] : [layer])) },
    };
  }
  // Who reads what a layer gave, reads it after the layer that was added to it.
  const renamed = new Map(translated.flatMap(({ name: own, after }) => (after ? [[own, nameOf(after)] as const] : [])));
  // In TensorFlow.js the first node of a model is its own making.
  const nested = new Set((layers as KerasLayer[]).filter((layer) => MODELS.has(layer.class_name)).map(nameOf));
  const follow = ([layer, node, ...rest]: Connection): Connection => [
    renamed.get(layer) ?? layer,
    nested.has(layer) ? node + 1 : node,
    ...rest,
  ];
  const connected = translated.flatMap(({ layer, after, name: own, inbound_nodes }) => {
    const nodes = connectionsOf(own, inbound_nodes).map((node) => node.map(follow));
    const first = { ...layer, name: own, inbound_nodes: nodes };
    if (after === undefined) return [first];
    return [first, { ...after, name: nameOf(after), inbound_nodes: nodes.map((_, i) => [[own, i, 0, {}]]) }];
  });
  const ends = { input_layers: endsOf(inputs), output_layers: endsOf(outputs).map(follow) };
  return { class_name, config: { name, layers: connected, ...ends } };
}

function nameOf({ config }: Layer): string {
  return String(config["name"]);
}

/** A Sequential without an input, whose shape is known all the same. */
function withInput(layers: readonly KerasLayer[], config: Config, isSequential: boolean): readonly KerasLayer[] {
  const shape = config["build_input_shape"];
  if (!isSequential || layers[0]?.class_name === "InputLayer" || !Array.isArray(shape)) return layers;
  return [
    { class_name: "InputLayer", config: { name: `${String(config["name"])}_input`, batch_shape: shape } },
    ...layers,
  ];
}

/** Where the weights of layers lie in `.keras` files: by their classes, numbered. */
function paths(path: string): (kind: string) => string {
  const used = new Map<string, number>();
  return (kind) => {
    const snake = kind
      .replace(/\W+/g, "")
      .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
      .replace(/([a-z])([A-Z])/g, "$1_$2")
      .toLowerCase();
    const count = used.get(snake) ?? 0;
    used.set(snake, count + 1);
    return `${path}/${count === 0 ? snake : `${snake}_${count}`}`;
  };
}

type Parts = { readonly layer: Layer; readonly after?: Layer | undefined };

function translateOne(layer: KerasLayer, path: string, owners: WeightOwner[]): Parts {
  const { class_name: kind, config } = layer;
  if (MODELS.has(kind)) return { layer: translateModel(layer, `${path}/layers`, owners) };
  if (kind === "Bidirectional") return { layer: bidirectional(layer, path, owners) };
  if (kind === "TimeDistributed") {
    const own: WeightOwner[] = [];
    const { layer: inner } = translateOne(config["layer"] as Layer, `${path}/layer`, own);
    const name = String(config["name"]);
    owners.push(...own.map((owner) => ({ ...owner, layer: name })));
    return { layer: { class_name: kind, config: { name, layer: inner } } };
  }
  const { layer: found, after, weights } = translateLayer(layer);
  checkKind(found);
  const names = weights.map((each) => (typeof each === "string" ? ([each, each] as const) : each));
  const own = RECURRENT.has(kind) ? `${path}/cell` : path;
  const name = String(config["name"]);
  owners.push({ path: own, name, layer: name, names });
  return { layer: found, after };
}

const RECURRENT: ReadonlySet<string> = new Set(["ConvLSTM2D", "GRU", "LSTM", "SimpleRNN"]);

/** TensorFlow.js itself writes the direction in front of the names of the two layers. */
function bidirectional({ class_name, config }: Layer, path: string, owners: WeightOwner[]): Layer {
  const { layer: given, name, merge_mode } = config as { layer: Layer; name: string; merge_mode: unknown };
  const bare = nameOf(given).replace(/^forward_/, "");
  const inner = { ...given, config: { ...given.config, name: bare } };
  const own: WeightOwner[] = [];
  const { layer } = translateOne(inner, "", own);
  for (const direction of ["forward", "backward"]) {
    const owner = (one: WeightOwner): WeightOwner => ({
      ...one,
      path: `${path}/${direction}_layer${one.path}`,
      name: `${direction}_${one.name}`,
      layer: `${name}/${direction}_${one.layer}`,
    });
    owners.push(...own.map(owner));
  }
  return { class_name, config: { name, merge_mode, layer } };
}

/** `x / 255` and its like as the layer that does it: Keras writes a layer whose second argument is a number. */
function arithmetic(layer: KerasLayer): KerasLayer {
  const { class_name: kind, config, inbound_nodes: nodes } = layer;
  if (!Object.hasOwn(ARITHMETIC, kind) || !Array.isArray(nodes) || nodes.length !== 1) return layer;
  const { args = [] } = (nodes[0] ?? {}) as { args?: unknown[] };
  const [tensor, number] = COMMUTATIVE.has(kind) && typeof args[0] === "number" ? [args[1], args[0]] : args;
  if (args.length !== 2 || typeof number !== "number") return layer;
  const settings = { name: config["name"], ...ARITHMETIC[kind]!(number) };
  return { class_name: "Rescaling", config: settings, inbound_nodes: [{ args: [tensor], kwargs: {} }] };
}

const COMMUTATIVE: ReadonlySet<string> = new Set(["Add", "Multiply"]);

function checkKind({ class_name: kind, config }: Layer): void {
  if (Object.hasOwn(serialization.SerializationMap.getMap().classNameMap, kind)) return;
  throw new InputError(
    `its layer ${show(config["name"])} is of class ${show(kind)}, which TensorFlow.js does not have; ` +
      "a layer of one's own must be registered first",
  );
}
