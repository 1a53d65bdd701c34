import { InputError, PickleGlobal, readPickleAt, show, type NumberFormat, type PickleOptions } from "@kwta/core";
import { TORCH_DTYPES } from "./torch-dtypes.ts";

/** Throws an error that says why a file cannot be used. */
export type Refuse = (reason: string) => never;

/** A row of numbers that a pickle speaks of, and that lies elsewhere in the file. */
export interface Storage {
  readonly key: string;
  readonly dtype: NumberFormat;
  /** Numbers in it. */
  readonly size: number;
}

/** A tensor as a pickle describes it: a window onto a storage. */
export class TorchTensor {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** Reads a pickle of PyTorch, and which storages it speaks of. It may build tensors, dicts, lists and plain values; everything else is refused. */
export function readTorchPickle(
  bytes: Uint8Array,
  start: number,
  source: string,
  refuse: Refuse,
): { readonly value: unknown; readonly end: number; readonly storages: ReadonlyMap<string, Storage> } {
  const storages = new Map<string, Storage>();
  const options: PickleOptions = {
    source,
    globals: globalsFor(refuse),
    // State of an ordered dict: PyTorch's version numbers of layers, which nothing here needs.
    setState(object) {
      if (!(object instanceof Map)) refuse("a pickle in it gives a state to something that has none");
    },
    persistentLoad(id) {
      const storage = storageOf(id, refuse);
      storages.set(storage.key, storage);
      return storage;
    },
  };
  try {
    return { ...readPickleAt(bytes, start, options), storages };
  } catch (error) {
    const called = error instanceof InputError && /it calls for "(.*)", which is not/s.exec(error.message)?.[1];
    if (typeof called === "string") {
      refuse(
        `its pickle calls for ${show(called)}, and only tensors, dicts, lists and plain values are built here. ` +
          "Save the weights alone: torch.save(model.state_dict(), path)",
      );
    }
    throw error;
  }
}

function globalsFor(refuse: Refuse): NonNullable<PickleOptions["globals"]> {
  const rebuild = (storage: unknown, offset: unknown, shape: unknown, strides: unknown): TorchTensor => {
    if (!isStorage(storage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) {
      return refuse("a tensor in it has no storage, offset, shape and strides");
    }
    if (shape.length !== strides.length)
      refuse(`a tensor in it has shape [${shape.join(", ")}] and ${strides.length} strides`);
    return new TorchTensor(storage, offset, [...shape], [...strides]);
  };
  return {
    "collections OrderedDict": (pairs = []) => {
      if (!Array.isArray(pairs) || !pairs.every(isPair)) return refuse("an ordered dict in it is not made of pairs");
      return new Map(pairs);
    },
    "torch._utils _rebuild_tensor": rebuild,
    "torch._utils _rebuild_tensor_v2": rebuild,
    "torch._utils _rebuild_parameter": (tensor) =>
      tensor instanceof TorchTensor ? tensor : refuse("a parameter in it is no tensor"),
    "torch Size": (sizes) => (isSizes(sizes) ? sizes : refuse("a size in it is no list of numbers")),
    ...Object.fromEntries(
      Object.keys(TORCH_DTYPES).map((name) => [name, () => refuse("a pickle in it calls a storage class")]),
    ),
  };
}

/** `("storage", class, key, device, size)`, in old files with a sixth value that tells a window from the whole. */
function storageOf(id: unknown, refuse: Refuse): Storage {
  const [kind, type, rawKey, , size, window = null] = Array.isArray(id) ? (id as unknown[]) : [];
  const key = text(rawKey);
  if (text(kind) !== "storage" || !(type instanceof PickleGlobal) || key === undefined || !isSize(size)) {
    return refuse(`a pickle in it asks for ${show(kind)}, expected a storage`);
  }
  const dtype = TORCH_DTYPES[type.name];
  if (dtype === undefined) return refuse(`a storage in it is of class ${show(type.name)}, which is not known`);
  if (window !== null)
    return refuse("a storage in it is a window onto another; save the file again with a newer PyTorch");
  return { key, dtype, size };
}

/** Text, which Python 2 wrote as bytes. */
function text(value: unknown): string | undefined {
  if (value instanceof Uint8Array) return String.fromCharCode(...value.subarray(0, 100));
  return typeof value === "string" ? value : undefined;
}

function isStorage(value: unknown): value is Storage {
  return typeof value === "object" && value !== null && "dtype" in value && "key" in value;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 8 && value.every(isSize);
}

function isPair(value: unknown): value is [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}
