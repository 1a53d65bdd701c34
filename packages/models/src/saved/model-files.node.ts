import { InputError, readInput, readJson, show, writeFileAtomic, writeJson } from "@kwta/core";
import { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { refuseForeign } from "../weights/foreign.ts";
import { modelOf, readSavedFiles, type SavedFiles, type SavedFormat } from "./saved-files.ts";

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
  return modelOf(await readSaved(folder, "layers-model"));
}

/** What a folder holds, by what its `model.json` says of itself: layers are what it is where it says nothing. */
export async function savedFormat(folder: string): Promise<SavedFormat> {
  const { format, modelTopology } = ((await readJson(await jsonOf(folder))) ?? {}) as Record<string, unknown>;
  const isGraph = Array.isArray(((modelTopology ?? {}) as { node?: unknown }).node);
  return format === "graph-model" || (format === undefined && isGraph) ? "graph-model" : "layers-model";
}

/**
 * The files of a model, with sizes that belong together.
 *
 * @throws InputError when something is missing, damaged or of another format
 */
export async function readSaved(folder: string, format: SavedFormat): Promise<SavedFiles> {
  const path = await jsonOf(folder);
  return readSavedFiles(path, await readJson(path), format, (file) => readInput(join(folder, file)));
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
