import { InputError, show } from "@kwta/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { extname } from "node:path";
import { command } from "../../command.ts";
import { startSmallBackend } from "./args.ts";

/** `kwta models export`: a model for PyTorch, for ONNX programs, or with its batch norm folded. */
export const exportModel = command({
  name: "models export",
  description: "Write a model for PyTorch, for programs that take ONNX, or with its batch norm folded.",
  args: {
    model: {
      type: "positional",
      description: "A folder with a model.json, or of kwta train, or pretrained:NAME.",
      required: true,
    },
    out: {
      type: "string",
      description: "A name that ends in .safetensors or .onnx, or a folder, which gets model.json and weights.bin.",
      valueHint: "path",
      required: true,
    },
    float16: { type: "boolean", description: "Store .safetensors in half precision." },
    fold: { type: "boolean", description: "Make batch norm part of the convolutions before it." },
  },
  examples: {
    "models export runs/train-1 --out net.onnx": "for ONNX Runtime and others",
    "models export runs/train-1 --out net.safetensors": "PyTorch's names and layout",
  },
  async run(args, terminal) {
    const { model: what, out } = args;
    refuseOtherFormats(out);
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
  },
});

/** Formats that are not written. A folder of such a name would be taken for the file. */
function refuseOtherFormats(out: string): void {
  const suffix = extname(out).toLowerCase();
  const instead = OTHER_FORMATS[suffix];
  if (instead !== undefined)
    throw new InputError(`kwta writes no ${suffix} file, and --out is ${show(out)}. ${instead}`);
}

const AS_PICKLE =
  "Write .safetensors; in Python safetensors.torch.load_file reads it, and torch.save makes a .pth of that.";
const AS_KERAS = "Name a folder, or a file that ends in .onnx.";
const OTHER_FORMATS: Readonly<Record<string, string>> = {
  ".pth": AS_PICKLE,
  ".pt": AS_PICKLE,
  ".ckpt": AS_PICKLE,
  ".tar": AS_PICKLE,
  ".bin": AS_PICKLE,
  ".h5": AS_KERAS,
  ".keras": AS_KERAS,
  ".pb": AS_KERAS,
  ".tflite": AS_KERAS,
  ".json": "Name the folder: it gets model.json and weights.bin.",
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
    const activation = await activationOf(model);
    const file = { tensors: readStateDict(model), metadata: { format: "pt", ...(activation && { activation }) } };
    await writeFileAtomic(out, encodeSafetensors(file, { floats: isHalf ? "F16" : "F32" }));
    return `safetensors, PyTorch names and layout${isHalf ? ", half precision" : ""}`;
  }
  await withFolder(out, () => saveModel(model, out));
  return "TensorFlow.js layers model";
}

/** What stands in the model's activation slots, where that is k-WTA or ReLU throughout: the live page reads it. */
async function activationOf(model: LayersModel): Promise<string | undefined> {
  const { kwtaLayers } = await import("@kwta/op");
  const gammas = new Set(kwtaLayers(model).map(({ gamma }) => gamma));
  if (gammas.size > 0) return gammas.size === 1 ? `kwta:${[...gammas][0]}` : undefined;
  return model.layers.some((layer) => layer.getConfig()["activation"] === "relu" || layer.getClassName() === "ReLU")
    ? "relu"
    : undefined;
}
