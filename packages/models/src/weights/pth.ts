import { InputError, readZip, show, type NamedTensor } from "@kwta/core";
import { readTorchPickle, TorchTensor, type Refuse, type Storage } from "./torch-pickle.ts";

/** Bytes of the storages by their keys. */
type Storages = ReadonlyMap<string, Uint8Array>;

/**
 * Reads the tensors of a `.pth` file of PyTorch: the zip archive that `torch.save` writes, or the stream of PyTorch before
 * 1.6. The file may hold a `state_dict` or a dict with one inside, such as a checkpoint; other values are passed over. All
 * numbers come as 32-bit floats.
 *
 * Nothing in the file is run: its pickle may build tensors, dicts, lists and plain values, and everything else is refused.
 * No more memory is taken than the file justifies.
 *
 * @param source named in errors
 * @throws InputError that says what is wrong, and with which tensor
 */
export function decodePth(bytes: Uint8Array, source = "the .pth file"): Map<string, NamedTensor> {
  const refuse: Refuse = (reason) => {
    throw new InputError(`${source} is not a usable PyTorch file: ${reason}.`);
  };
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const { root, storages } = isZip ? readArchive(bytes, source, refuse) : readStream(bytes, source, refuse);
  // Each number takes at least a byte of the file, unless tensors share storages, which few do.
  let budget = bytes.length;
  const tensors = new Map<string, NamedTensor>();
  for (const [name, tensor] of findTensors(root, refuse)) {
    const size = tensor.shape.reduce((product, n) => product * n, 1);
    if (size > budget) {
      refuse(`tensor ${show(name)} of shape [${tensor.shape.join(", ")}] asks for more numbers than the file can hold`);
    }
    budget -= size;
    const data = gather(name, tensor, size, storages, refuse);
    tensors.set(name, { shape: tensor.shape, data });
  }
  return tensors;
}

/** `NAME/data.pkl`, and `NAME/data/KEY` for each storage. */
function readArchive(bytes: Uint8Array, source: string, refuse: Refuse): { root: unknown; storages: Storages } {
  const entries = readZip(bytes, source);
  const pickle = [...entries.keys()].find((name) => name.endsWith("/data.pkl") && name.split("/").length === 2);
  if (pickle === undefined) return refuse("the archive has no data.pkl");
  const folder = pickle.slice(0, -"data.pkl".length);
  const order = entries.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(order) !== "little")
    refuse("its numbers are big-endian; save it on another machine");
  const storages = new Map<string, Uint8Array>();
  for (const [name, data] of entries) {
    if (name.startsWith(`${folder}data/`)) storages.set(name.slice(`${folder}data/`.length), data);
  }
  const { value } = readTorchPickle(entries.get(pickle)!, 0, `${source}, ${pickle},`, refuse);
  return { root: value, storages };
}

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/** Five pickles: a magic number, a version, the machine, the content, the keys of the storages; then the storages. */
function readStream(bytes: Uint8Array, source: string, refuse: Refuse): { root: unknown; storages: Storages } {
  let at = 0;
  const next = (): ReturnType<typeof readTorchPickle> => {
    const pickle = readTorchPickle(bytes, at, source, refuse);
    at = pickle.end;
    return pickle;
  };
  if (next().value !== MAGIC) refuse("it does not begin as PyTorch's files do");
  const protocol = next().value;
  if (protocol !== PROTOCOL) refuse(`its protocol is ${show(protocol)}, expected ${PROTOCOL}`);
  const machine = next().value;
  if (machine instanceof Map && machine.get("little_endian") === false) refuse("its numbers are big-endian");
  const { value: root, storages: described } = next();
  const keys = next().value;
  if (!Array.isArray(keys)) return refuse("the list of its storages is missing");
  const storages = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const each of keys) {
    const key = each instanceof Uint8Array ? new TextDecoder().decode(each) : String(each);
    const storage = described.get(key);
    if (storage === undefined) return refuse(`storage ${show(key)} belongs to no tensor`);
    if (at + 8 > bytes.length) refuse(`the file ends before storage ${show(key)}`);
    const count = Number(view.getBigInt64(at, true));
    const end = at + 8 + count * storage.dtype.bytes;
    if (count !== storage.size || end > bytes.length) {
      refuse(
        `storage ${show(key)} should hold ${storage.size} numbers and claims ${count}, in a file of ${bytes.length} bytes`,
      );
    }
    storages.set(key, bytes.subarray(at + 8, end));
    at = end;
  }
  return { root, storages };
}

/** The tensors of a dict, or of the only dict with tensors inside it. */
function findTensors(root: unknown, refuse: Refuse): Map<string, TorchTensor> {
  if (root instanceof TorchTensor) refuse("it holds a single tensor without a name");
  if (!(root instanceof Map)) return refuse("it holds no dict");
  const direct = tensorsOf(root);
  if (direct.size > 0) return direct;
  const inside = [...root].filter(([, value]) => value instanceof Map && tensorsOf(value).size > 0);
  if (inside.length === 1) return tensorsOf(inside[0]![1] as Map<unknown, unknown>);
  const names = inside
    .slice(0, 5)
    .map(([name]) => show(name))
    .join(", ");
  return refuse(
    inside.length === 0
      ? "it holds no tensors"
      : `it holds several dicts of tensors: ${names}; save the one that you need`,
  );
}

function tensorsOf(dict: ReadonlyMap<unknown, unknown>): Map<string, TorchTensor> {
  return new Map(
    [...dict].filter(
      (entry): entry is [string, TorchTensor] => typeof entry[0] === "string" && entry[1] instanceof TorchTensor,
    ),
  );
}

/** The numbers of a tensor in C order. */
function gather(name: string, tensor: TorchTensor, size: number, storages: Storages, refuse: Refuse): Float32Array {
  const { storage, offset, shape, strides } = tensor;
  const bytes = storages.get(storage.key);
  if (bytes === undefined) return refuse(`the numbers of tensor ${show(name)} are missing`);
  const held = heldNumbers(bytes, storage);
  const last = offset + shape.reduce((sum, n, axis) => sum + Math.max(0, n - 1) * strides[axis]!, 0);
  if (size > 0 && last >= held) {
    refuse(
      `tensor ${show(name)} of shape [${shape.join(", ")}] reaches number ${last + 1} of its storage, which holds ${held}`,
    );
  }
  const values = new Float32Array(size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { dtype } = storage;
  const index = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < size; i++) {
    values[i] = dtype.read(view, from * dtype.bytes);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}

function heldNumbers(bytes: Uint8Array, { dtype, size }: Storage): number {
  return Math.min(size, Math.floor(bytes.length / dtype.bytes));
}
