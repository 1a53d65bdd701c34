import { readZip, show } from "@kwta/core";
import { readTorchPickle, type Refuse } from "./torch-pickle.ts";
import type { Storages } from "./torch-tensor.ts";

/** What is in a `.pth` file: the value that was saved, with tensors that are windows onto storages. */
export interface TorchFile {
  readonly root: unknown;
  readonly storages: Storages;
}

/**
 * Reads a `.pth` file of PyTorch: the zip archive that `torch.save` writes, or the stream of PyTorch before 1.6. Nothing in
 * it is run, and no more memory is taken than the file justifies.
 *
 * @throws InputError that says what is wrong
 */
export function readTorchFile(bytes: Uint8Array, source: string, refuse: Refuse): TorchFile {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  return isZip ? readArchive(bytes, source, refuse) : readStream(bytes, source, refuse);
}

/** `NAME/data.pkl`, and `NAME/data/KEY` for each storage. */
function readArchive(bytes: Uint8Array, source: string, refuse: Refuse): TorchFile {
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
function readStream(bytes: Uint8Array, source: string, refuse: Refuse): TorchFile {
  let at = 0;
  const next = (): ReturnType<typeof readTorchPickle> => {
    const pickle = readTorchPickle(bytes, at, source, refuse);
    at = pickle.end;
    return pickle;
  };
  if (next().value !== MAGIC) {
    refuse("it does not begin as PyTorch's files do; write it with torch.save(model.state_dict(), path)");
  }
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
    const key = each instanceof Uint8Array ? new TextDecoder().decode(each.subarray(0, LONGEST_KEY)) : show(each);
    const storage = described.get(typeof each === "string" ? each : key);
    if (storage === undefined) return refuse(`storage ${show(key)} belongs to no tensor`);
    if (at + 8 > bytes.length) refuse(`the file ends before storage ${show(key)}`);
    const count = Number(view.getBigInt64(at, true));
    const end = at + 8 + count * storage.dtype.bytes;
    if (count !== storage.size || end > bytes.length) {
      refuse(
        `storage ${show(key)} should hold ${storage.size} numbers and claims ${count}, in a file of ${bytes.length} bytes`,
      );
    }
    storages.set(storage.key, bytes.subarray(at + 8, end));
    at = end;
  }
  return { root, storages };
}

const LONGEST_KEY = 100;
