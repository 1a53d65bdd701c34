import { openCheckpoint, type CheckpointDict } from "./checkpoint.ts";
import { normalizationIn, type NormalizationNames } from "./extras.ts";
import { likelyDicts } from "./find-dicts.ts";
import { foreignKind } from "./foreign.ts";
import { recognize, type Recognition } from "./recognize.ts";
import { sizeOf } from "./torch-tensor.ts";
import { dictsOf, type WeightsOptions } from "./weights.ts";

/** A dict of tensors as {@link describeWeights} sees it. */
export interface DictDescription extends Recognition {
  /** The way to it in the file; empty where the file is the dict itself. */
  readonly key: string;
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
  /** All of them together. */
  readonly numbers: number;
  /** What all names begin with. */
  readonly prefix: string;
  /** The names of a mean and a standard deviation of the images, which become a normalisation in front. */
  readonly normalization?: NormalizationNames;
}

/** What {@link describeWeights} says. */
export interface WeightsDescription {
  /** A few words: `"a PyTorch file (zip archive)"`, `"a TorchScript program ..."`. */
  readonly kind: string;
  /** Of a file that is read here. */
  readonly format?: "pth" | "safetensors";
  /** What to do with a file that is not read here, a sentence. */
  readonly advice?: string;
  readonly dicts: readonly DictDescription[];
  /** What else lies at the root of the file, by name. */
  readonly others: Readonly<Record<string, string>>;
}

/**
 * What a file is, without loading it into a model: its kind, the dicts of tensors in it, what their names begin with, and
 * which networks of this package they fit.
 *
 * @param source named in errors
 * @throws InputError when the file is damaged or of no kind that is known
 */
export function describeWeights(
  file: Uint8Array,
  source = "the weights file",
  { key }: WeightsOptions = {},
): WeightsDescription {
  const foreign = foreignKind(file);
  if (foreign) return { ...foreign, dicts: [], others: {} };
  const checkpoint = openCheckpoint(file, source);
  const kind =
    checkpoint.format === "safetensors"
      ? "a safetensors file"
      : `a PyTorch file (${file[0] === 0x50 ? "zip archive" : "stream of PyTorch before 1.6"}) that holds a ${checkpoint.root}`;
  const dicts = key === undefined ? likelyDicts(checkpoint.dicts) : dictsOf(checkpoint, key);
  // A dict may lie in several places.
  const known = new Map<unknown, Recognition>();
  const described = dicts.slice(0, MOST_DICTS).map((dict) => {
    const recognition = known.get(dict.tensors) ?? recognize(dict.tensors);
    known.set(dict.tensors, recognition);
    return describeDict(dict, recognition);
  });
  const { format, others } = checkpoint;
  return { kind, format, dicts: described, others: Object.fromEntries(others) };
}

const MOST_DICTS = 16;

function describeDict({ key, tensors }: CheckpointDict, recognition: Recognition): DictDescription {
  const all = [...tensors].map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
  const normalization = normalizationIn(all.map(({ name }) => name));
  return {
    key,
    tensors: all,
    numbers: all.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    prefix: recognition.fits[0]?.prefix ?? commonPrefix(all.map(({ name }) => name)),
    ...(normalization && { normalization }),
    ...recognition,
  };
}

/** Up to a dot, before which all names are alike. */
function commonPrefix(names: readonly string[]): string {
  let common = names[0] ?? "";
  for (const name of names) {
    let same = 0;
    while (same < common.length && common[same] === name[same]) same++;
    common = common.slice(0, same);
  }
  return common.slice(0, common.lastIndexOf(".") + 1);
}
