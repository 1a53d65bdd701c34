import { InputError, show } from "@kwta/core";
// Loading finds the k-WTA layer by its class name, which this import registers.
import "@kwta/op";
import type { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { buildSaved, type SavedModel } from "./build-saved.ts";

/** The two kinds of models that TensorFlow.js saves. */
export type SavedFormat = "layers-model" | "graph-model";

/** What a `model.json` and its weight files hold. */
export interface SavedFiles extends SavedModel, ModelJson {
  /** Of `model.json`, for errors. */
  readonly path: string;
}

/**
 * Reads a model in the TensorFlow.js layers format from files that are at hand, such as those that the reader of a page has
 * chosen. `loadModel` in Node reads a folder.
 *
 * @param name of the file `model.json`, for errors
 * @param json what it holds
 * @param read gives a weight file that it names, relative to it
 * @throws InputError when something is missing, damaged or of another format
 */
export async function openModel(
  name: string,
  json: unknown,
  read: (file: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<LayersModel> {
  return modelOf(await readSavedFiles(name, json, "layers-model", read));
}

/** Builds the model; errors name the file. */
export function modelOf(saved: SavedFiles): LayersModel {
  const path = show(saved.path);
  try {
    const model = buildSaved(saved);
    if (saved.userDefinedMetadata) model.setUserDefinedMetadata(saved.userDefinedMetadata);
    return model;
  } catch (error) {
    // TensorFlow.js puts whole configurations into some.
    const message = (error as Error).message.slice(0, 500).replace(/[.\s]*$/, ".");
    if (error instanceof InputError) throw new InputError(`${path} is not a usable model: ${message}`);
    throw new InputError(`TensorFlow.js cannot build the model of ${path}: ${message}`);
  }
}

/** A model's files, with sizes that belong together. */
export async function readSavedFiles(
  path: string,
  given: unknown,
  format: SavedFormat,
  read: (file: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<SavedFiles> {
  const json = checkModelJson(path, given, format);
  const weightSpecs = json.manifest.flatMap(({ weights }) => weights);
  const files = json.manifest.flatMap(({ paths }) => paths);
  if (new Set(files).size !== files.length) throw new InputError(`${show(path)} names a weight file twice.`);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const file of files) parts.push(await read(insideFolder(path, file)));
  const found = parts.reduce((sum, part) => sum + part.length, 0);
  const expected = weightSpecs.reduce((sum, spec) => sum + byteLength(path, spec), 0);
  if (found !== expected) {
    throw new InputError(
      `The weights of ${show(path)} (${files.join(", ")}) hold ${found} bytes, its list of weights asks for ${expected}. ` +
        `${found < expected ? "A file was cut short" : "The files do not belong together"}; copy or train the model again.`,
    );
  }
  return { ...json, path, weightSpecs, weightData: await new Blob(parts).arrayBuffer() };
}

interface ModelJson {
  readonly modelTopology: object;
  readonly manifest: readonly io.WeightsManifestConfig[number][];
  readonly signature?: object;
  readonly userDefinedMetadata?: Record<string, object>;
}

const READERS: Readonly<Record<SavedFormat, string>> = { "layers-model": "loadModel", "graph-model": "loadGraphModel" };

function checkModelJson(path: string, json: unknown, expected: SavedFormat): ModelJson {
  const refuse = (what: string): never => {
    throw new InputError(`${show(path)} is not a TensorFlow.js ${expected.replace("-", " ")}: ${what}.`);
  };
  if (typeof json !== "object" || json === null) return refuse("it holds no JSON object");
  const { format, modelTopology, weightsManifest, userDefinedMetadata, signature } = json as Record<string, unknown>;
  if (format !== undefined && format !== expected) {
    const other = typeof format === "string" && Object.hasOwn(READERS, format);
    return refuse(
      `its format is ${show(format)}, expected ${show(expected)}${other ? ` (${READERS[format as SavedFormat]} reads it)` : ""}`,
    );
  }
  if (typeof modelTopology !== "object" || modelTopology === null) return refuse("it has no modelTopology");
  if (!Array.isArray(weightsManifest) || !weightsManifest.every(isWeightGroup)) {
    return refuse("it has no usable weightsManifest");
  }
  if (typeof (userDefinedMetadata ?? {}) !== "object") return refuse("its userDefinedMetadata is no JSON object");
  if (typeof (signature ?? {}) !== "object") return refuse("its signature is no JSON object");
  return {
    modelTopology,
    manifest: weightsManifest,
    ...(signature != null && { signature }),
    ...(userDefinedMetadata != null && { userDefinedMetadata: userDefinedMetadata as Record<string, object> }),
  };
}

function isWeightGroup(value: unknown): value is io.WeightsManifestConfig[number] {
  const { paths, weights } = (value ?? {}) as Record<string, unknown>;
  return (
    Array.isArray(paths) &&
    paths.every((each) => typeof each === "string") &&
    Array.isArray(weights) &&
    weights.every(isWeight)
  );
}

function isWeight(value: unknown): boolean {
  const { name, shape, dtype } = (value ?? {}) as Record<string, unknown>;
  const isSize = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) >= 0;
  return typeof name === "string" && typeof dtype === "string" && Array.isArray(shape) && shape.every(isSize);
}

/** A model.json must not make us read files elsewhere. */
function insideFolder(path: string, file: string): string {
  const parts = file.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
  if (!/^([/\\]|[a-z]:)/i.test(file) && !parts.includes("..")) return parts.join("/");
  throw new InputError(`${show(path)} asks for the weight file ${show(file)}, which lies outside its folder.`);
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

function byteLength(path: string, { name, shape, dtype, quantization }: io.WeightsManifestEntry): number {
  const stored = quantization?.dtype ?? dtype;
  if (Object.hasOwn(BYTES, stored)) return BYTES[stored]! * shape.reduce((product, n) => product * n, 1);
  throw new InputError(`Weight ${show(name)} of ${show(path)} has dtype ${show(stored)}, which cannot be read.`);
}
