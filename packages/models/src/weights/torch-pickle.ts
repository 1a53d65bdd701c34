import { PickleGlobal, PickleOpaque, readPickleAt, show, type PickleOptions } from "@kwta/core";
import { TORCH_DTYPES, TORCH_STORAGES, type TorchDtype } from "./torch-dtypes.ts";

/** Throws an error that says why a file cannot be used. */
export type Refuse = (reason: string) => never;

/** A row of numbers that a pickle speaks of, and that lies elsewhere in the file. */
export interface Storage {
  readonly key: string;
  readonly dtype: TorchDtype;
  /** Numbers in it. */
  readonly size: number;
}

/** A tensor as a pickle describes it: a window onto a storage. */
export class TorchTensor {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly dtype: TorchDtype;

  constructor(
    storage: Storage,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
    dtype: TorchDtype,
  ) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    this.dtype = dtype;
  }
}

/**
 * Reads a pickle of PyTorch, and which storages it speaks of. Tensors, dicts, lists and plain values are built; everything
 * else comes opaque. Nothing is run.
 */
export function readTorchPickle(
  bytes: Uint8Array,
  start: number,
  source: string,
  refuse: Refuse,
): { readonly value: unknown; readonly end: number; readonly storages: ReadonlyMap<string, Storage> } {
  const storages = new Map<string, Storage>();
  const options: PickleOptions = {
    source,
    opaque: true,
    globals: globalsFor(refuse),
    // Version numbers of layers in an ordered dict, attributes of a parameter: nothing that is needed here.
    setState() {},
    persistentLoad(id) {
      // The class of a model that was saved whole, with its source.
      if (Array.isArray(id) && text(id[0]) === "module" && id[1] instanceof PickleGlobal) return id[1];
      const storage = storageOf(id, refuse);
      storages.set(storage.key, storage);
      return storage;
    },
  };
  return { ...readPickleAt(bytes, start, options), storages };
}

type Build = (...args: unknown[]) => unknown;

function globalsFor(refuse: Refuse): Readonly<Record<string, Build>> {
  const tensor = (storage: unknown, offset: unknown, shape: unknown, strides: unknown, dtype?: TorchDtype): unknown => {
    // A storage that is not in this file in the usual way.
    if (storage instanceof PickleOpaque) return storage;
    if (!isStorage(storage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) {
      return refuse("a tensor in it has no storage, offset, shape and strides");
    }
    if (shape.length !== strides.length)
      refuse(`a tensor in it has shape [${shape.join(", ")}] and ${strides.length} strides`);
    return new TorchTensor(storage, offset, [...shape], [...strides], dtype ?? storage.dtype);
  };
  const rebuild: Build = (storage, offset, shape, strides) => tensor(storage, offset, shape, strides);
  const rebuildTyped: Build = (storage, offset, shape, strides, _grad, _hooks, type) => {
    const name = type instanceof PickleGlobal ? type.name.replace(/^torch /, "") : "";
    if (!Object.hasOwn(TORCH_DTYPES, name)) return new PickleOpaque(`tensor of ${show(name)}`);
    return tensor(storage, offset, shape, strides, TORCH_DTYPES[name]);
  };
  const parameter: Build = (data) =>
    data instanceof TorchTensor || data instanceof PickleOpaque
      ? data
      : new PickleOpaque("torch.nn.parameter Parameter");
  const builders: Record<string, Build> = {
    "torch._utils _rebuild_tensor": rebuild,
    "torch._utils _rebuild_tensor_v2": rebuild,
    "torch._utils _rebuild_tensor_v3": rebuildTyped,
    "torch._utils _rebuild_parameter": parameter,
    "torch._utils _rebuild_parameter_with_state": parameter,
    "torch.nn.parameter Parameter": parameter,
  };
  // A tensor with attributes, or of a class of its own: how it is built otherwise, and with what.
  const fromType: Build = (build, _type, args) => {
    const known = build instanceof PickleGlobal && Object.hasOwn(builders, build.name);
    return known && Array.isArray(args)
      ? builders[build.name]!(...(args as unknown[]).slice(0, 8))
      : new PickleOpaque("tensor");
  };
  return {
    ...builders,
    "torch._tensor _rebuild_from_type": fromType,
    "torch._tensor _rebuild_from_type_v2": fromType,
    "collections OrderedDict": (pairs = []) => {
      if (!Array.isArray(pairs) || !pairs.every(isPair)) return refuse("an ordered dict in it is not made of pairs");
      return new Map(pairs);
    },
    "torch Size": (sizes) => (isSizes(sizes) ? sizes : new PickleOpaque("torch Size")),
  };
}

/** `("storage", class, key, device, size)`, in old files with a sixth value that tells a window from the whole. */
function storageOf(id: unknown, refuse: Refuse): Storage {
  const [kind, type, rawKey, , size, window = null] = Array.isArray(id) ? (id as unknown[]) : [];
  const key = text(rawKey);
  if (text(kind) !== "storage" || !(type instanceof PickleGlobal) || key === undefined || !isSize(size)) {
    return refuse(`a pickle in it asks for ${show(kind)}, expected a storage`);
  }
  if (!Object.hasOwn(TORCH_STORAGES, type.name)) {
    return refuse(`a storage in it is of class ${show(type.name)}, which is not known`);
  }
  if (window !== null)
    return refuse("a storage in it is a window onto another; save the file again with a newer PyTorch");
  return { key, dtype: TORCH_STORAGES[type.name]!, size };
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
