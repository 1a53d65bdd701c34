import { InputError, show } from "@kwta/core";
import { io } from "@tensorflow/tfjs-core";
import type { GraphModel } from "@tensorflow/tfjs-converter";
import { readSaved } from "./model-files.node.ts";

/**
 * Reads a graph model, as TensorFlow.js's converter makes it of a SavedModel. It needs the package
 * `@tensorflow/tfjs-converter`, and the backend that the model will be used on.
 *
 * @param folder holds `model.json`, and the weight files that it names
 * @throws InputError when something is missing, damaged or of another format
 */
export async function loadGraphModel(folder: string): Promise<GraphModel> {
  const { path, manifest: _, ...saved } = await readSaved(folder, "graph-model");
  const converter = await import("@tensorflow/tfjs-converter").catch(() => undefined);
  if (converter === undefined) {
    throw new InputError("Graph models need a package: npm install @tensorflow/tfjs-converter.");
  }
  const artifacts = { ...saved, weightSpecs: [...saved.weightSpecs], format: "graph-model" } as io.ModelArtifacts;
  try {
    return await converter.loadGraphModel({ load: async () => artifacts });
  } catch (error) {
    const message = (error as Error).message.slice(0, 500).replace(/[.\s]*$/, ".");
    throw new InputError(`TensorFlow.js cannot build the graph model of ${show(path)}: ${message}`);
  }
}
