import { InputError, openSafetensors, show, type NamedTensor } from "@kwta/core";
import { describeOthers, findDicts, kindOf, type FoundDict } from "./find-dicts.ts";
import { looksLikeSafetensors, refuseForeign } from "./foreign.ts";
import { readTorchFile } from "./torch-file.ts";
import type { Refuse, TorchTensor } from "./torch-pickle.ts";
import { readTensor, sizeOf, type Storages } from "./torch-tensor.ts";

/** A tensor whose numbers have not been read. */
export interface TensorInfo {
  readonly shape: readonly number[];
  /** How the file stores its numbers, in the file's own word: `"float32"`, `"BF16"`. */
  readonly dtype: string;
  /** Where its numbers lie; tensors of the same place and shape are the same. */
  readonly place: string;
}

/** A dict of tensors in a file of weights. */
export interface CheckpointDict {
  /** The way to it, with dots between: `"state_dict"`, `"checkpoint.model"`; empty where the file is the dict itself. */
  readonly key: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /**
   * The numbers of these tensors, or of all, as 32-bit floats.
   *
   * @throws InputError that names the tensor that is damaged or of a kind that is not read
   */
  read(names?: Iterable<string>): Map<string, NamedTensor>;
}

/** What {@link openCheckpoint} finds in a file. */
export interface Checkpoint {
  readonly format: "pth" | "safetensors";
  /** The file's name, for errors. */
  readonly source: string;
  /** Every dict of tensors, the nearest to the root first. */
  readonly dicts: readonly CheckpointDict[];
  /** What the file is: `"dict with 3 keys"`, `"torch.nn.modules.linear Linear"`. */
  readonly root: string;
  /** What else the file holds at its root, by name: `"epoch"` is a `"number"`, `"args"` an `"argparse Namespace"`. */
  readonly others: ReadonlyMap<string, string>;
}

/**
 * Opens a file of weights, safetensors or PyTorch's `.pth` in both of its formats, without reading the numbers. What it is,
 * its first bytes say, not its name. The dicts of tensors are found wherever they lie: in a checkpoint, in dicts in it, in a
 * list, in the attributes of an object, or as a model that was saved whole.
 *
 * Nothing in the file is run: tensors, dicts, lists and plain values are built, everything else is passed over. Memory and
 * work are bounded by a multiple of the file's length.
 *
 * @param source named in errors
 * @throws InputError that says what is wrong, or what the file is when it holds no weights that are read here
 */
export function openCheckpoint(file: Uint8Array, source = "the weights file"): Checkpoint {
  refuseForeign(file, source);
  if (isTorch(file)) return openTorch(file, source);
  const { tensors } = openSafetensors(file, source);
  const infos = [...tensors].map(([name, { shape, dtype }]): [string, TensorInfo] => [
    name,
    { shape, dtype, place: name },
  ]);
  const dict: CheckpointDict = {
    key: "",
    tensors: new Map(infos),
    read: (names = tensors.keys()) =>
      new Map(
        [...names].map((name) => {
          const { shape, read } = tensors.get(name)!;
          return [name, { shape, data: read() }];
        }),
      ),
  };
  return { format: "safetensors", source, root: "tensors", dicts: [dict], others: new Map() };
}

function isTorch(file: Uint8Array): boolean {
  if (looksLikeSafetensors(file)) return false;
  const isZip = file[0] === 0x50 && file[1] === 0x4b;
  // A pickle begins with its protocol. So may the header length of safetensors, whose upper half is 0 below 4 GiB.
  return isZip || (file[0] === 0x80 && file.subarray(4, 8).some((byte) => byte !== 0));
}

function openTorch(file: Uint8Array, source: string): Checkpoint {
  const refuse: Refuse = (reason) => {
    throw new InputError(`${source} is not a usable PyTorch file: ${reason}.`);
  };
  const { root, storages } = readTorchFile(file, source, refuse);
  // A dict may lie in many places.
  const infos = new Map<unknown, ReadonlyMap<string, TensorInfo>>();
  const found = findDicts(root, refuse);
  const dicts = found.map(({ key, tensors }) => {
    const info = infos.get(tensors) ?? new Map([...tensors].map(([name, tensor]) => [name, infoOf(tensor)]));
    infos.set(tensors, info);
    return { key, tensors: info, read: reader(tensors, storages, file.length, refuse) };
  });
  return { format: "pth", source, root: kindOf(root), dicts, others: describeOthers(root, found) };
}

function reader(
  tensors: FoundDict["tensors"],
  storages: Storages,
  length: number,
  refuse: Refuse,
): CheckpointDict["read"] {
  return (names = tensors.keys()) => {
    // Each number takes at least a byte of the file, unless tensors share storages, which few do.
    let budget = length;
    const read = new Map<string, NamedTensor>();
    for (const name of names) {
      const tensor = tensors.get(name)!;
      const { shape } = tensor;
      budget -= sizeOf(shape);
      if (budget < 0) {
        refuse(`tensor ${show(name)} of shape [${shape.join(", ")}] asks for more numbers than the file can hold`);
      }
      read.set(name, { shape, data: readTensor(name, tensor, storages, refuse) });
    }
    return read;
  };
}

function infoOf({ storage, offset, shape, strides, dtype }: TorchTensor): TensorInfo {
  return { shape, dtype: dtype.name, place: `${storage.key} ${offset} ${strides.join()}` };
}
