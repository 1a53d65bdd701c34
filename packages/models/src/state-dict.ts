import { InputError, show, type NamedTensor } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { stateEntries, type StateEntry } from "./_state-entries.ts";

/**
 * Puts the tensors of a PyTorch `state_dict` into a model whose layers have the same names: convolution kernels from
 * OIHW to HWIO, dense kernels transposed (and reordered after a flatten of several positions, which PyTorch does channel
 * first), batch norm with its running statistics. `num_batches_tracked` is passed over. All or nothing is loaded.
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
  const entries = stateEntries(model);
  check(entries, tensors);
  for (const { name, weight, from } of entries) {
    tf.tidy(() => {
      const tensor = tf.tensor(tensors.get(name)!.data, [...(from ?? weight.shape)] as number[]);
      const turned = from ? tf.transpose(tensor, from.length === 4 ? [2, 3, 1, 0] : [1, 0]) : tensor;
      weight.write(tf.reshape(turned, weight.shape as number[]));
    });
  }
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
