import { InputError, listZip } from "@kwta/core";

/** A kind of file that holds a model, but no weights that are read here. */
interface Foreign {
  readonly kind: string;
  /** What to do, a sentence. */
  readonly advice: string;
}

/**
 * What a file is that other programs know and this package does not read: a TorchScript program, Keras, ONNX, NumPy, ...
 *
 * @returns undefined for what may be read here
 */
export function foreignKind(file: Uint8Array): Foreign | undefined {
  if (looksLikeSafetensors(file)) return undefined;
  const begins = (...bytes: number[]): boolean => bytes.every((byte, i) => file[i] === byte);
  if (begins(0x50, 0x4b)) return foreignArchive(file);
  if (begins(0x89, 0x48, 0x44, 0x46)) return HDF5;
  if (begins(0x1f, 0x8b)) return { kind: "a gzip file", advice: "Unpack it first." };
  if (begins(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)) return NUMPY;
  if (begins(0x47, 0x47, 0x55, 0x46))
    return { kind: "a GGUF file", advice: "kwta has no network for language models." };
  if (begins(0x08) && file[1]! < 32 && file[2] === 0x12) return ONNX;
  const text = new TextDecoder("latin1").decode(file.subarray(0, 512)).trimStart();
  if (text.startsWith("version https://git-lfs")) return LFS;
  if (/^<(!doctype|html|\?xml)/i.test(text)) return PAGE;
  if (/^\{\s*"/.test(text)) return JSON_FILE;
  if (TAR.every((byte, i) => file[257 + i] === byte)) return OLD_TORCH;
  return undefined;
}

/** Whether a file begins with a header of less than 4 GiB that is JSON; the length may look like the signature of others. */
export function looksLikeSafetensors(file: Uint8Array): boolean {
  return file[8] === 0x7b && file.subarray(4, 8).every((byte) => byte === 0);
}

/** @throws InputError that says what the file is and what to do, when it is something else */
export function refuseForeign(file: Uint8Array, source: string): void {
  const foreign = foreignKind(file);
  if (foreign) throw new InputError(`${source} is ${foreign.kind}. ${foreign.advice}`);
}

const SAVE = "then read that file";
const FOLDER = "then use that folder (pip install tensorflowjs)";
const TORCHSCRIPT: Foreign = {
  kind: "a TorchScript program (torch.jit.save), not a file of weights",
  advice: `In Python: torch.save(torch.jit.load(path).state_dict(), "weights.pth"); ${SAVE}.`,
};
const EXPORTED: Foreign = {
  kind: "an exported program of PyTorch (torch.export.save), not a file of weights",
  advice: `In Python: torch.save(torch.export.load(path).state_dict, "weights.pth"); ${SAVE}.`,
};
const KERAS: Foreign = {
  kind: "a Keras 3 model (.keras)",
  advice: `Convert it with: tensorflowjs_converter --input_format keras_keras MODEL.keras FOLDER; ${FOLDER}.`,
};
const HDF5: Foreign = {
  kind: "an HDF5 file, such as a Keras model (.h5)",
  advice: `Convert it with: tensorflowjs_converter --input_format keras MODEL.h5 FOLDER; ${FOLDER}.`,
};
const NUMPY: Foreign = {
  kind: "a NumPy array file",
  advice:
    'In Python, with names as PyTorch gives them: safetensors.numpy.save_file({"conv1.weight": array}, "weights.safetensors").',
};
const ONNX: Foreign = {
  kind: "an ONNX model",
  advice: "Weights are read from PyTorch (.pth, .safetensors); ask whoever exported it for those.",
};
const OLD_TORCH: Foreign = {
  kind: "a tar archive; PyTorch before 0.2 saved such",
  advice: `Unpack it, or in Python: torch.save(torch.load(path, weights_only=False), "weights.pth"); ${SAVE}.`,
};
const PACKAGE: Foreign = {
  kind: "a package of PyTorch (torch.package), which holds code",
  advice: `In Python, load the model from it as its makers say, then: torch.save(model.state_dict(), "weights.pth"); ${SAVE}.`,
};
const LFS: Foreign = {
  kind: "a pointer of Git LFS, not the file that it stands for",
  advice: "Fetch that with: git lfs pull.",
};
const PAGE: Foreign = {
  kind: "a web page",
  advice: "The download brought a page, such as one that asks for consent, instead of the file; get it again.",
};
const JSON_FILE: Foreign = {
  kind: "a JSON file",
  advice: "Of a TensorFlow.js model, name the folder that holds its model.json; it needs no import.",
};
const TAR = [0x75, 0x73, 0x74, 0x61, 0x72];

function foreignArchive(file: Uint8Array): Foreign | undefined {
  let names: readonly string[];
  try {
    names = listZip(file);
  } catch (error) {
    // A damaged archive: its reader says how.
    if (error instanceof InputError) return undefined;
    throw error;
  }
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/^[^/]+\/(constants\.pkl$|code\/)/)) return TORCHSCRIPT;
  if (has(/(^|\/)(archive_format|serialized_exported_program\.json|models\/[^/]+\.json)$/)) return EXPORTED;
  if (has(/^[^/]+\/\.data\/extern_modules$/)) return PACKAGE;
  if (has(/^config\.json$/) && has(/\.weights\.h5$/)) return KERAS;
  if (has(/\.npy$/)) return NUMPY;
  return undefined;
}
