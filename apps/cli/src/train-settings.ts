import type { Augmentation } from "@kwta/datasets";
import type { RunSettings } from "@kwta/runs";
import { DATA_OPTIONS, readCount, readDataset, readNumber, SEED_OPTION, SUBSET_OPTION } from "./options.ts";

/** The options of `kwta train` that its settings come from. */
export const TRAIN_OPTIONS = {
  model: { type: "string", description: "Model id, such as resnet18-w16@kwta:0.1.", default: "small-cnn@kwta:0.1" },
  ...DATA_OPTIONS,
  ...SUBSET_OPTION,
  epochs: { type: "string", description: "Epochs of training.", default: "4" },
  "batch-size": { type: "string", description: "Images in a step.", default: "64" },
  "learning-rate": { type: "string", description: "Peak of the one-cycle schedule.", default: "0.1" },
  augment: { type: "string", description: "none, or any of crop, flip, cutout: crop-flip.", default: "none" },
  method: {
    type: "string",
    description: "Training method with its parameters: adversarial:eps=8/255,steps=7. See below.",
    default: "standard",
  },
  ...SEED_OPTION,
} as const;

type Given = { readonly [K in Exclude<keyof typeof TRAIN_OPTIONS, "download">]?: string | undefined };

/**
 * The settings of a new run.
 *
 * @throws InputError for an option that cannot be used
 */
export async function readTrainSettings(args: Given): Promise<RunSettings> {
  const { methodSettings, parseMethod } = await import("@kwta/training");
  const { name = "glyphs28", ...images } = readDataset(args);
  return {
    model: args.model!,
    dataset: { name, ...images },
    // With all parameters, so that `run.json` says all of it.
    method: methodSettings(parseMethod(args.method!)),
    training: {
      epochs: readCount("epochs", args.epochs, 1)!,
      batchSize: readCount("batch-size", args["batch-size"], 1)!,
      learningRate: { shape: "one-cycle", peak: readNumber("learning-rate", args["learning-rate"])!, warmup: 0.25 },
      // Checked with the other settings, before anything is written.
      augment: args.augment as Augmentation,
      seed: readCount("seed", args.seed)!,
    },
  };
}
