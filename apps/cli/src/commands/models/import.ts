import { InputError, parseFraction, show } from "@kwta/core";
import type { ImportedModel, Normalization } from "@kwta/models";
import { command } from "../../command.ts";
import { readShape, SHAPE_OPTIONS, startSmallBackend } from "./args.ts";
import { summarize } from "./summarize.ts";

/** `kwta models import`: weights of PyTorch or Keras into a model that kwta and TensorFlow.js read. */
export const importModel = command({
  name: "models import",
  description: "Read weights of PyTorch into a folder that kwta and TensorFlow.js take.",
  args: {
    file: { type: "positional", description: "A .safetensors or .pth file of PyTorch.", required: true },
    model: {
      type: "string",
      description: "Id of the network that the weights are of, such as resnet18@relu.",
      valueHint: "id",
      required: true,
    },
    out: { type: "string", description: "Folder of the model.", valueHint: "folder", required: true },
    ...SHAPE_OPTIONS,
    key: {
      type: "string",
      description: "Which dict of the file is meant where several could be, such as state_dict_ema.",
    },
    mean: {
      type: "string",
      description: "Mean of each channel that the network expects to be taken away, such as 0.49,0.48,0.45.",
    },
    std: { type: "string", description: "Standard deviation of each channel, which belongs to --mean." },
  },
  examples: {
    "models import net.pth --model resnet18@kwta:0.1 --out net": "for images of 32x32x3 and 10 classes",
  },
  async run(args, terminal) {
    const { file, model: id, out } = args;
    const normalization = readNormalization(args.mean, args.std);
    const options = {
      ...readShape(args),
      ...(args.key !== undefined && { key: args.key }),
      ...(normalization && { normalization }),
    };
    const { withFolder } = await import("@kwta/core");
    const { importWeights, parseModelId, readCheckpoint, saveModel } = await import("@kwta/models");
    parseModelId(id);
    const checkpoint = await readCheckpoint(file);
    await startSmallBackend();
    const { model, ...found } = importWeights(id, checkpoint, options);
    try {
      await withFolder(out, () => saveModel(model, out));
    } finally {
      model.dispose();
    }
    for (const line of remarks(found)) terminal.say(line);
    terminal.say(`Read ${found.loaded} tensors (${checkpoint.format}) and wrote ${out}/model.json and weights.bin.`);
    const { loaded: tensors, ...rest } = found;
    terminal.result({ format: checkpoint.format, tensors, ...rest, model: id, out });
  },
});

/** What a person should know about what was found. */
function remarks({ key, prefix, leftOut, normalization }: Omit<ImportedModel, "model">): string[] {
  return [
    key !== "" && `The weights lie in ${show(key)}.`,
    prefix !== "" && `The names begin with ${show(prefix)}, which was taken away.`,
    normalization &&
      `A normalisation stands in front: mean ${text(normalization.mean)}, standard deviation ${text(normalization.std)}. ` +
        "The model takes images in [0, 1].",
    leftOut.length > 0 && `Left out: ${summarize(leftOut)}.`,
  ].filter((line) => typeof line === "string");
}

function text(values: readonly number[]): string {
  return values.map((value) => Number(value.toPrecision(4))).join(", ");
}

function readNormalization(mean: string | undefined, std: string | undefined): Normalization | undefined {
  if (mean === undefined && std === undefined) return undefined;
  if (mean === undefined || std === undefined) {
    throw new InputError(
      "--mean and --std belong together; give both, such as --mean 0.5,0.5,0.5 --std 0.25,0.25,0.25.",
    );
  }
  return { mean: mean.split(",").map(parseFraction), std: std.split(",").map(parseFraction) };
}
