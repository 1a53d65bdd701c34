import type { LayersModel } from "@tensorflow/tfjs-layers";
import { needed, startSmallBackend, type RunAction } from "./args.ts";

/** `kwta models export`: a model for PyTorch, for ONNX programs, or with its batch norm folded. */
export const exportModel: RunAction = async (args, terminal) => {
  const folder = needed(args, "what");
  const out = needed(args, "out");
  const { foldBatchNorm } = await import("@kwta/models");
  const { loadModel } = await import("@kwta/models");
  await startSmallBackend();
  const loaded = await loadModel(await modelFolder(folder));
  const model = args.fold ? foldBatchNorm(loaded) : loaded;
  try {
    const format = await write(model, out);
    terminal.say(`Wrote ${out} (${format}).`);
    terminal.result({ format, folded: Boolean(args.fold), out });
  } finally {
    loaded.dispose();
    if (model !== loaded) model.dispose();
  }
};

/** The folder itself, or `model/` in a run folder. */
async function modelFolder(folder: string): Promise<string> {
  const { stat } = await import("node:fs/promises");
  const inside = await stat(`${folder}/model/model.json`).catch(() => undefined);
  return inside?.isFile() ? `${folder}/model` : folder;
}

async function write(model: LayersModel, out: string): Promise<string> {
  const { encodeOnnx, readStateDict } = await import("@kwta/models");
  const { saveModel } = await import("@kwta/models");
  const { encodeSafetensors, withFolder, writeFileAtomic } = await import("@kwta/core");
  if (out.endsWith(".onnx")) {
    await writeFileAtomic(out, encodeOnnx(model));
    return "ONNX, opset 17";
  }
  if (out.endsWith(".safetensors")) {
    await writeFileAtomic(out, encodeSafetensors({ tensors: readStateDict(model), metadata: { format: "pt" } }));
    return "safetensors, PyTorch names and layout";
  }
  await withFolder(out, () => saveModel(model, out));
  return "TensorFlow.js layers model";
}
