import { InputError, readInput, readJson, show, writeFileAtomic, writeJson } from "@kwta/core";
// Loading finds the k-WTA layer by its class name, which this import registers.
import "@kwta/op";
import { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { isAbsolute, join, normalize, sep } from "node:path";
import { refuseForeign } from "../weights/foreign.ts";
import { buildSaved, type SavedModel } from "./build-saved.ts";

/**
 * Writes a model in the TensorFlow.js layers format, `model.json` and `weights.bin`, which every TensorFlow.js program
 * reads (one with k-WTA layers must import `@kwta/op`). The folder is made; files of that name are replaced.
 *
 * @throws InputError when the folder cannot be written
 */
export async function saveModel(model: LayersModel, folder: string): Promise<void> {
  const handler = io.withSaveHandler(async (artifacts) => {
    const weights = new Uint8Array(io.CompositeArrayBuffer.join(artifacts.weightData));
    // The topology goes last: where it is new, the weights that it describes are there.
    await writeFileAtomic(join(folder, "weights.bin"), weights);
    const { modelTopology, format, generatedBy, convertedBy, userDefinedMetadata } = artifacts;
    await writeJson(join(folder, "model.json"), {
      modelTopology,
      format,
      generatedBy,
      convertedBy,
      ...(userDefinedMetadata === undefined ? {} : { userDefinedMetadata }),
      weightsManifest: [{ paths: ["weights.bin"], weights: artifacts.weightSpecs }],
    });
    return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) };
  });
  await model.save(handler, { includeOptimizer: false });
}

/**
 * Reads a model that {@link saveModel} or any other TensorFlow.js program wrote in the layers format. Sizes and connections
 * are held against the files before anything is allocated; stateful recurrent networks are refused.
 *
 * @param folder holds `model.json`, and the weight files that it names
 * @throws InputError when something is missing, damaged or of another format
 */
export async function loadModel(folder: string): Promise<LayersModel> {
  const saved = await readSaved(folder, "layers-model");
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

/** What a folder holds, by what its `model.json` says of itself: layers are what it is where it says nothing. */
export async function savedFormat(folder: string): Promise<SavedFormat> {
  const { format, modelTopology } = ((await readJson(await jsonOf(folder))) ?? {}) as Record<string, unknown>;
  const isGraph = Array.isArray(((modelTopology ?? {}) as { node?: unknown }).node);
  return format === "graph-model" || (format === undefined && isGraph) ? "graph-model" : "layers-model";
}

/** The two kinds of models that TensorFlow.js saves. */
export type SavedFormat = "layers-model" | "graph-model";

/**
 * The files of a model, with sizes that belong together.
 *
 * @throws InputError when something is missing, damaged or of another format
 */
export async function readSaved(
  folder: string,
  format: SavedFormat,
): Promise<SavedModel & ModelJson & { path: string }> {
  const path = await jsonOf(folder);
  const json = checkModelJson(path, await readJson(path), format);
  const weightSpecs = json.manifest.flatMap(({ weights }) => weights);
  const files = json.manifest.flatMap(({ paths }) => paths);
  if (new Set(files).size !== files.length) throw new InputError(`${show(path)} names a weight file twice.`);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const file of files) parts.push(await readInput(join(folder, insideFolder(path, file))));
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

/** @throws InputError for what is no folder, with what it is instead */
async function jsonOf(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) {
    if (existsSync(join(folder, "saved_model.pb")) && !existsSync(join(folder, "model.json"))) {
      throw new InputError(
        `${show(folder)} is a SavedModel of TensorFlow. Convert it with: tensorflowjs_converter --input_format tf_saved_model ` +
          `${folder} FOLDER; then use that folder (pip install tensorflowjs).`,
      );
    }
    return join(folder, "model.json");
  }
  if (found?.isFile()) refuseForeign(await readInput(folder), show(folder));
  throw new InputError(`There is no model folder ${show(folder)}. Name the folder that holds model.json.`);
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
  const normal = normalize(file);
  if (!isAbsolute(normal) && normal.split(sep)[0] !== "..") return normal;
  throw new InputError(`${show(path)} asks for the weight file ${show(file)}, which lies outside its folder.`);
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

function byteLength(path: string, { name, shape, dtype, quantization }: io.WeightsManifestEntry): number {
  const stored = quantization?.dtype ?? dtype;
  if (Object.hasOwn(BYTES, stored)) return BYTES[stored]! * shape.reduce((product, n) => product * n, 1);
  throw new InputError(`Weight ${show(name)} of ${show(path)} has dtype ${show(stored)}, which cannot be read.`);
}
