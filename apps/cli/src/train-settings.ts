import { InputError } from "@kwta/core";
import type { Augmentation } from "@kwta/datasets";
import type { RunSettings } from "@kwta/experiments";
import type { AdversarialOptions, IncrementalOptions } from "@kwta/training";
import { DATA_OPTIONS, given, readCount, readDataset, readNumber, SEED_OPTION, SUBSET_OPTION } from "./options.ts";

/** The options of `kwta train` that its settings come from. */
export const TRAIN_OPTIONS = {
  model: { type: "string", description: "Model id, such as resnet18-w16@kwta:0.1.", default: "small-cnn@kwta:0.1" },
  ...DATA_OPTIONS,
  ...SUBSET_OPTION,
  epochs: { type: "string", description: "Epochs of training.", default: "4" },
  "batch-size": { type: "string", description: "Images in a step.", default: "64" },
  "learning-rate": { type: "string", description: "Peak of the one-cycle schedule.", default: "0.1" },
  augment: { type: "string", description: "none, or any of crop, flip, cutout: crop-flip.", default: "none" },
  method: { type: "string", description: "natural, adversarial or incremental.", default: "natural" },
  eps: { type: "string", description: "adversarial: size of the perturbation (Linf). Default: 0.031." },
  "attack-steps": { type: "string", description: "adversarial: steps of PGD. Default: 10." },
  "attack-step-size": {
    type: "string",
    description: 'adversarial: 0.007, 2/255 or "0.25 eps". Default: "7/31 eps", the paper\'s 0.007 of 0.031.',
  },
  "attack-label": {
    type: "string",
    description: "adversarial: lead away from the true class or the predicted one. Default: true.",
  },
  "gamma-step": {
    type: "string",
    description: "incremental: what each cut takes off the model's gamma. Default: 0.005.",
  },
  "gamma-every": { type: "string", description: "incremental: epochs at each gamma. Default: 2." },
  "gamma-end": { type: "string", description: "incremental: the last gamma. Default: 0.025." },
  "gamma-learning-rate": { type: "string", description: "incremental: while gamma falls. Default: 0.001." },
  ...SEED_OPTION,
} as const;

type Given = { readonly [K in Exclude<keyof typeof TRAIN_OPTIONS, "download">]?: string | undefined };

/**
 * The settings of a new run.
 *
 * @throws InputError for an option that cannot be used, or belongs to another method than the one chosen
 */
export async function readTrainSettings(args: Given): Promise<RunSettings> {
  const { lookUp } = await import("@kwta/core");
  const { name = "glyphs28", ...images } = readDataset(args);
  const method = lookUp("training method", args.method!, METHODS);
  refuseForeign(args, method);
  return {
    model: args.model!,
    dataset: { name, ...images },
    method,
    training: {
      epochs: readCount("epochs", args.epochs, 1)!,
      batchSize: readCount("batch-size", args["batch-size"], 1)!,
      learningRate: { shape: "one-cycle", peak: readNumber("learning-rate", args["learning-rate"])!, warmup: 0.25 },
      // Checked with the other settings, before anything is written.
      augment: args.augment as Augmentation,
      seed: readCount("seed", args.seed)!,
    },
    ...(method === "adversarial" && { adversarial: await readAdversarial(args) }),
    ...(method === "incremental" && { incremental: await readIncremental(args) }),
  };
}

const METHODS = { natural: "natural", adversarial: "adversarial", incremental: "incremental" } as const;

/** The options of one method begin like this. */
const OWN = { adversarial: /^(eps$|attack-)/, incremental: /^gamma-/ } as const;

function refuseForeign(args: Given, method: RunSettings["method"]): void {
  for (const name of Object.keys(TRAIN_OPTIONS) as (keyof Given)[]) {
    for (const [owner, pattern] of Object.entries(OWN)) {
      if (owner === method || args[name] === undefined || !pattern.test(name)) continue;
      throw new InputError(`--${name} belongs to --method ${owner}. Add that, or leave --${name} out.`);
    }
  }
}

/** Complete, so that `run.json` says all of it. */
async function readAdversarial(args: Given): Promise<AdversarialOptions> {
  const { adversarialSettings } = await import("@kwta/training");
  return adversarialSettings(
    given({
      eps: args.eps,
      steps: readCount("attack-steps", args["attack-steps"], 1),
      stepSize: args["attack-step-size"],
      // An unknown one is refused there.
      label: args["attack-label"] as "true" | undefined,
    }),
  );
}

/** Complete, so that `run.json` says all of it. The model's own gamma is where it starts. */
async function readIncremental(args: Given): Promise<IncrementalOptions> {
  const { parseModelId } = await import("@kwta/models");
  const { activation } = parseModelId(args.model!);
  if (!("gamma" in activation)) {
    throw new InputError(
      `--method incremental lowers the gamma of k-WTA, and ${args.model} has no single one. ` +
        "Name a model such as small-cnn@kwta:0.2.",
    );
  }
  const { incrementalSettings } = await import("@kwta/training");
  return incrementalSettings({
    from: activation.gamma,
    ...given({
      by: readNumber("gamma-step", args["gamma-step"]),
      every: readCount("gamma-every", args["gamma-every"], 1),
      to: readNumber("gamma-end", args["gamma-end"]),
      learningRate: readNumber("gamma-learning-rate", args["gamma-learning-rate"]),
    }),
  });
}
