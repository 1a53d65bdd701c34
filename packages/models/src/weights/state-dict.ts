import { InputError, show, type NamedTensor } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { permute } from "./permute.ts";
import { stateEntries, turn, turnBack, type StateEntry } from "./state-entries.ts";
import { matchNames } from "./state-names.ts";

/**
 * Puts weights of other programs into a model whose layers have the same names. All or nothing is loaded.
 *
 * - The tensors of a PyTorch `state_dict`: convolution kernels from OIHW to HWIO, dense kernels transposed (and reordered
 *   after a flatten of several positions, which PyTorch does channel first), batch norm with its running statistics.
 *   `num_batches_tracked` is passed over, the `module.` of a parallel model too. torchvision's names of a ResNet
 *   (`downsample`, `fc`) and those of the authors' nets with dropout are understood.
 * - Tensors with Keras's names and layout, `conv1/kernel`, `bn1/moving_mean`.
 *
 * @throws InputError that names every tensor that is missing, unknown or of another shape
 *
 * @example
 * ```ts
 * const { tensors } = decodeSafetensors(await readInput("r18w16-relu.safetensors"));
 * loadStateDict(createModel("resnet18-w16@relu", { inputShape: [32, 32, 3], numClasses: 10 }), tensors);
 * ```
 */
export function loadStateDict(model: LayersModel, tensors: ReadonlyMap<string, NamedTensor>): void {
  const { entries, named } = matchNames(stateEntries(model), tensors);
  check(entries, named);
  for (const { name, weight, from } of entries) {
    const { data } = named.get(name)!;
    tf.tidy(() => {
      weight.write(tf.tensor(from ? permute(data, from, turn(from)) : data, weight.shape as number[]));
    });
  }
}

/**
 * The weights of a model as a PyTorch `state_dict` has them: its names, layouts and running statistics. PyTorch's
 * `load_state_dict` takes them; an architecture of this package then computes the same as the authors' code.
 *
 * @example
 * ```ts
 * await writeFile("weights.safetensors", encodeSafetensors({ tensors: readStateDict(model), metadata: {} }));
 * // Python: model.load_state_dict(safetensors.torch.load_file("weights.safetensors"))
 * ```
 */
export function readStateDict(model: LayersModel): Map<string, NamedTensor> {
  return new Map(
    stateEntries(model).map(({ name, weight, shape, from }) => {
      const values = weight.read().dataSync<"float32">();
      // A copy: some backends hand out the numbers that they go on using.
      if (!from) return [name, { shape, data: new Float32Array(values) }];
      const turned = turn(from).map((axis) => from[axis]!);
      return [name, { shape, data: permute(new Float32Array(values), turned, turnBack(from)) }];
    }),
  );
}

function check(entries: readonly StateEntry[], tensors: ReadonlyMap<string, NamedTensor>): void {
  const known = new Set(entries.map(({ name }) => name));
  const missing = entries.filter(({ name }) => !tensors.has(name)).map(({ name }) => name);
  const extra = [...tensors.keys()].filter((name) => !known.has(name) && !name.endsWith(".num_batches_tracked"));
  const misshapen = entries.flatMap(({ name, shape }) => {
    const found = tensors.get(name)?.shape;
    if (!found || show(found) === show(shape)) return [];
    return [`${name} is [${found.join(", ")}] instead of [${shape.join(", ")}]`];
  });
  const problems = [list("missing", missing), list("unknown to the model", extra), list("misshapen", misshapen)];
  const found = problems.filter((problem) => problem !== "");
  if (found.length === 0) return;
  throw new InputError(
    `These weights belong to another network. ${found.join(" ")} Create the model that they are of.`,
  );
}

function list(what: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  return `${items.length} ${what}: ${items.slice(0, 5).join(", ")}${items.length > 5 ? ", ..." : ""}.`;
}
