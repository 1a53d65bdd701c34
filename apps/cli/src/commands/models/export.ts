import { InputError, show } from "@kwta/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { needed, startSmallBackend, type RunAction } from "./args.ts";

/** `kwta models export`: a model for PyTorch, for ONNX programs, or with its batch norm folded. */
export const exportModel: RunAction = async (args, terminal) => {
  const what = needed(args, "what");
  const out = needed(args, "out");
  const { foldBatchNorm } = await import("@kwta/models");
  if (args.float16 === true && !out.endsWith(".safetensors")) {
    throw new InputError(`--float16 is for .safetensors files, and --out is ${show(out)}. Leave it out.`);
  }
  await startSmallBackend();
  const loaded = await load(what);
  const model = args.fold ? foldBatchNorm(loaded) : loaded;
  try {
    const format = await write(model, out, args.float16 === true);
    terminal.say(`Wrote ${out} (${format}).`);
    terminal.result({ format, folded: Boolean(args.fold), out });
  } finally {
    loaded.dispose();
    if (model !== loaded) model.dispose();
  }
};

async function load(what: string): Promise<LayersModel> {
  const { isPretrained, loadPretrained } = await import("@kwta/pretrained");
  if (isPretrained(what)) return loadPretrained(what);
  const { loadModel } = await import("@kwta/models");
  return loadModel(await modelFolder(what));
}

/** The folder itself, or `model/` in a run folder. */
async function modelFolder(folder: string): Promise<string> {
  const { stat } = await import("node:fs/promises");
  const inside = await stat(`${folder}/model/model.json`).catch(() => undefined);
  return inside?.isFile() ? `${folder}/model` : folder;
}

async function write(model: LayersModel, out: string, isHalf: boolean): Promise<string> {
  const { encodeOnnx, readStateDict } = await import("@kwta/models");
  const { saveModel } = await import("@kwta/models");
  const { encodeSafetensors, withFolder, writeFileAtomic } = await import("@kwta/core");
  if (out.endsWith(".onnx")) {
    await writeFileAtomic(out, encodeOnnx(model));
    return "ONNX, opset 17";
  }
  if (out.endsWith(".safetensors")) {
    const file = { tensors: readStateDict(model), metadata: { format: "pt" } };
    await writeFileAtomic(out, encodeSafetensors(file, { floats: isHalf ? "F16" : "F32" }));
    return `safetensors, PyTorch names and layout${isHalf ? ", half precision" : ""}`;
  }
  await withFolder(out, () => saveModel(model, out));
  return "TensorFlow.js layers model";
}
