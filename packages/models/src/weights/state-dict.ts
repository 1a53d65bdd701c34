import { InputError, type NamedTensor } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { readNormalization, writeNormalization } from "../build/normalization.ts";
import { isComplete, matchState, type StateMatch } from "./match-state.ts";
import { normalizationFrom } from "./extras.ts";
import { permute } from "./permute.ts";
import { stateEntries, turnBack, type StateEntry } from "./state-entries.ts";

/** What {@link loadStateDict} found around the weights. */
export interface LoadedState {
  /** What stood before every name: `"module."`. */
  readonly prefix: string;
  /** Names of tensors that were not needed: batch norm's counters, what lies outside the prefix, copies of the net. */
  readonly leftOut: readonly string[];
}

/**
 * Puts weights of other programs into a model whose layers have the same names. All or nothing is loaded.
 *
 * - The tensors of a PyTorch `state_dict`: convolution kernels from OIHW to HWIO, dense kernels transposed (and reordered
 *   after a flatten of several positions, which PyTorch does channel first), batch norm with its running statistics.
 *   Whatever wrappers put before the names is looked through (`module.`, `_orig_mod.`, `model.`, `1.`, in any mix), and what
 *   is known to be of no use is left out. torchvision's names of a ResNet (`downsample`, `fc`) and those of the authors' nets
 *   with dropout are understood.
 * - Tensors with Keras's names and layout, `conv1/kernel`, `bn1/moving_mean`.
 *
 * A mean and a standard deviation of the images among the tensors (`mu` and `sigma`, `normalizer.new_mean`, ...) go into the
 * model's normalisation, if it has one; {@link importWeights} puts one in front.
 *
 * @throws InputError that names every tensor that is missing, unknown or of another shape, or a normalisation that has no
 * place in the model
 *
 * @example
 * ```ts
 * const { tensors } = decodeSafetensors(await readInput("r18w16-relu.safetensors"));
 * loadStateDict(createModel("resnet18-w16@relu", { inputShape: [32, 32, 3], numClasses: 10 }), tensors);
 * ```
 */
export function loadStateDict(model: LayersModel, tensors: ReadonlyMap<string, NamedTensor>): LoadedState {
  const match = matchState(stateEntries(model), tensors);
  checkMatch(match);
  const { normalization: found } = match;
  if (found) {
    const normalization = normalizationFrom(found, tensors);
    if (!readNormalization(model)) {
      throw new InputError(
        `The weights bring a normalisation of the images (${found.mean}, ${found.std}), and the model has none. ` +
          "Build it with importWeights, which puts one in front, or with the option normalization of createModel.",
      );
    }
    writeNormalization(model, normalization);
  }
  writeState(match, tensors);
  return { prefix: match.prefix, leftOut: match.leftOut };
}

/** Writes the tensors that a complete match names into its model. */
export function writeState({ entries, names }: StateMatch, tensors: ReadonlyMap<string, NamedTensor>): void {
  for (const { name, weight, from, axes } of entries) {
    const { data } = tensors.get(names.get(name)!)!;
    tf.tidy(() => {
      weight.write(tf.tensor(from ? permute(data, from, axes!) : data, weight.shape as number[]));
    });
  }
}

/**
 * The weights of a model as a PyTorch `state_dict` has them: its names, layouts and running statistics. PyTorch's
 * `load_state_dict` takes them; an architecture of this package then computes the same as the authors' code. A normalisation
 * in front is `normalization.mean` and `normalization.std`.
 *
 * @example
 * ```ts
 * await writeFile("weights.safetensors", encodeSafetensors({ tensors: readStateDict(model), metadata: {} }));
 * // Python: model.load_state_dict(safetensors.torch.load_file("weights.safetensors"))
 * ```
 */
export function readStateDict(model: LayersModel): Map<string, NamedTensor> {
  const state = stateEntries(model).map((entry): [string, NamedTensor] => [entry.name, readEntry(entry)]);
  const normalization = readNormalization(model);
  if (!normalization) return new Map(state);
  const pair = Object.entries(normalization).map(([name, values]): [string, NamedTensor] => [
    `normalization.${name}`,
    { shape: [values.length], data: Float32Array.from(values) },
  ]);
  return new Map([...pair, ...state]);
}

function readEntry({ weight, shape, from, axes }: StateEntry): NamedTensor {
  const values = weight.read().dataSync<"float32">();
  // A copy: some backends hand out the numbers that they go on using.
  if (!from) return { shape, data: new Float32Array(values) };
  const turned = axes!.map((axis) => from[axis]!);
  return { shape, data: permute(new Float32Array(values), turned, turnBack(axes!)) };
}

/** @throws InputError that names every tensor that is missing, unknown or of another shape, or the prefixes that fit alike */
export function checkMatch(match: StateMatch, where = ""): void {
  const { prefix, rivals, missing, unknown, misshapen } = match;
  if (rivals.length > 0) {
    const prefixes = [prefix, ...rivals].slice(0, 8).map((each) => (each === "" ? "nothing" : JSON.stringify(each)));
    throw new InputError(
      `${where}The weights of this network are there ${1 + rivals.length} times, with ${prefixes.join(", ")} before their names. ` +
        "Choose one with the option key (--key of kwta models import), such as " +
        `${JSON.stringify((prefix || rivals[0]!).slice(0, -1))}.`,
    );
  }
  if (isComplete(match)) return;
  const problems = [list("missing", missing), list("unknown to the model", unknown), list("misshapen", misshapen)];
  throw new InputError(
    `${where}These weights belong to another network. ${problems.filter((each) => each !== "").join(" ")} ` +
      "Create the model that they are of; kwta models info FILE names it.",
  );
}

function list(what: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  const shown = items.slice(0, 5).map((item) => (item.length > 120 ? `${item.slice(0, 117)}...` : item));
  return `${items.length} ${what}: ${shown.join(", ")}${items.length > 5 ? ", ..." : ""}.`;
}
