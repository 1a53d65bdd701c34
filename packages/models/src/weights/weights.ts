import { InputError, show, type NamedTensor } from "@kwta/core";
import { likelyDicts } from "./find-dicts.ts";
import { openCheckpoint, type Checkpoint, type CheckpointDict } from "./checkpoint.ts";

/** Options of {@link decodeWeights}. */
export interface WeightsOptions {
  /**
   * Which dict of tensors is meant where a file holds several: the way to it, such as `"state_dict_ema"`.
   *
   * @defaultValue the only one
   */
  readonly key?: string;
}

/** What {@link decodeWeights} found. */
export interface Weights {
  readonly format: "pth" | "safetensors";
  /** The way to the dict in the file; empty where the file is the dict itself. */
  readonly key: string;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

/**
 * Reads the tensors of a file of weights: {@link openCheckpoint}, and the numbers of the one dict in it as 32-bit floats,
 * those of half precision and batch norm's counters (`num_batches_tracked`) too. {@link loadStateDict} puts the tensors into a
 * model; {@link importWeights} does both and finds the dict and the names that fit.
 *
 * @param source named in errors
 * @throws InputError that says what is wrong, and with which tensor; or that lists the dicts where several could be meant
 *
 * @example
 * ```ts
 * const { tensors } = decodeWeights(new Uint8Array(await (await fetch(url)).arrayBuffer()), url);
 * ```
 */
export function decodeWeights(file: Uint8Array, source = "the weights file", options: WeightsOptions = {}): Weights {
  const checkpoint = openCheckpoint(file, source);
  const [first, ...others] = likelyDicts(dictsOf(checkpoint, options.key));
  if (others.length > 0) refuseSeveral(checkpoint, [first!, ...others]);
  return { format: checkpoint.format, key: first!.key, tensors: first!.read() };
}

/**
 * The dicts of a checkpoint that `key` names: one, or those within it.
 *
 * @throws InputError when there are none
 */
export function dictsOf({ dicts, source, root }: Checkpoint, key?: string): readonly CheckpointDict[] {
  if (dicts.length === 0) {
    throw new InputError(
      `${source} holds no tensors with names, but this: ${show(root)}. Save the weights: torch.save(model.state_dict(), "weights.pth").`,
    );
  }
  if (key === undefined) return dicts;
  const exact = dicts.filter((dict) => dict.key === key);
  if (exact.length > 0) return exact;
  const within = dicts.filter((dict) => dict.key.startsWith(`${key}.`) || dict.key.endsWith(`.${key}`));
  if (within.length > 0) return within;
  throw new InputError(`${source} has no dict of tensors ${show(key)}. It has: ${listKeys(dicts)}.`);
}

/** @throws InputError that lists dicts of which one must be chosen */
export function refuseSeveral({ source }: Checkpoint, dicts: readonly { readonly key: string }[]): never {
  throw new InputError(
    `${source} holds several dicts of weights: ${listKeys(dicts)}. Choose one with the option key (--key of kwta models import).`,
  );
}

const MOST_LISTED = 8;

function listKeys(dicts: readonly { readonly key: string }[]): string {
  const shown = dicts.slice(0, MOST_LISTED).map(({ key }) => (key === "" ? "the file itself" : show(key)));
  return shown.join(", ") + (dicts.length > MOST_LISTED ? ` and ${dicts.length - MOST_LISTED} more` : "");
}
