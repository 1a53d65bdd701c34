import { InputError, parseParams, parseSpec, show } from "@kwta/core";
import type { Augmentation } from "@kwta/datasets";
import type { RecipeSettings, RunSettings } from "@kwta/runs";
import type { LearningRate, MethodSettings, OnDivergence, TrainingExtras, Validation } from "@kwta/training";
import { DATA_OPTIONS, given, readCount, readDataset, readNumber, SEED_OPTION, SUBSET_OPTION } from "./options.ts";

/** Which images `kwta train` learns from. */
export const TRAIN_DATA_OPTIONS = { ...DATA_OPTIONS, ...SUBSET_OPTION } as const;

/** What may be done beside the method, and what is looked at while it goes on. */
export const TRAIN_EXTRAS = {
  clip: { type: "string", description: "Global norm that gradients are cut down to." },
  accumulate: { type: "string", description: "Parts of a batch that are computed one after the other." },
  ema: { type: "string", description: "Decay of averaged weights, which are tested and kept: 0.999." },
  "label-smoothing": { type: "string", description: "Share of the target that is spread over all classes." },
  mixup: { type: "string", description: "Alpha of mixup." },
  cutmix: { type: "string", description: "Alpha of CutMix." },
  awp: { type: "string", description: "Adversarial weight perturbation, a share of each kernel's norm: 0.005." },
  "awp-warmup": { type: "string", description: "Epochs before it begins." },
  "validate-eps": { type: "string", description: "Attack test images after epochs, with this size: 8/255." },
  validate: { type: "string", description: "By this attack. Default: pgd:steps=20." },
  "validate-every": { type: "string", description: "After every so many epochs. Default: 1." },
  "validate-samples": { type: "string", description: "On so many images. Default: 200." },
  "on-divergence": {
    type: "string",
    description: "When training comes to nothing: note, stop, or roll-back to the last good epoch. Default: note.",
  },
} as const;

/** The options of `kwta train` that its settings come from. Defaults are applied by {@link readTrainSettings}. */
export const TRAIN_OPTIONS = {
  recipe: { type: "string", description: "Settings that belong together: paper-n, paper-c, laptop, smoke. See below." },
  model: { type: "string", description: "Model id, such as resnet18-w16@kwta:0.1. Default: small-cnn@kwta:0.1." },
  epochs: { type: "string", description: "Epochs of training. Default: 4." },
  "batch-size": { type: "string", description: "Images in a step. Default: 64." },
  optimizer: {
    type: "string",
    description: "sgd:momentum=0.9,weightDecay=5e-4,nesterov=true. See below. Default: sgd.",
  },
  schedule: {
    type: "string",
    description: "Learning rate: steps:start=0.1,factor=0.1,epochs=50. See below. Default: one-cycle.",
  },
  "learning-rate": { type: "string", description: "Peak of the one-cycle schedule, instead of one. Default: 0.1." },
  augment: { type: "string", description: "none, or any of crop, flip, cutout: crop-flip. Default: none." },
  method: {
    type: "string",
    description: "Training method with its parameters: adversarial:eps=8/255,steps=7. See below. Default: standard.",
  },
  gamma: {
    type: "string",
    description: "Sparsity ratio of k-WTA over the epochs: 0.1, or points 0=0.3,10=0.1. Default: that of the model.",
  },
  ...SEED_OPTION,
  ...TRAIN_DATA_OPTIONS,
  ...TRAIN_EXTRAS,
} as const;

/** Options of {@link TRAIN_OPTIONS} as texts. */
export type TrainArgs = { readonly [K in Exclude<keyof typeof TRAIN_OPTIONS, "download">]?: string | undefined };

/**
 * The settings of a new run: those of the options, else of the recipe, else the defaults.
 *
 * @throws InputError for an option that cannot be used
 */
export async function readTrainSettings(args: TrainArgs): Promise<RunSettings> {
  const { recipe } = await import("@kwta/runs");
  const { name = "glyphs28", ...images } = readDataset(args);
  const own = args.recipe === undefined ? undefined : recipe(args.recipe, name);
  const base: Partial<RecipeSettings> = own ?? {};
  const { subset = base.subset, ...others } = images;
  const { method, batchSize } = await readMethod(args.method ?? "standard", own);
  return {
    model: args.model ?? base.model ?? "small-cnn@kwta:0.1",
    dataset: { name, ...others, ...(subset !== undefined && { subset }) },
    method,
    training: {
      epochs: readCount("epochs", args.epochs, 1) ?? base.epochs ?? 4,
      batchSize: readCount("batch-size", args["batch-size"], 1) ?? batchSize ?? Math.min(64, subset ?? 64),
      learningRate: (await readRate(args)) ?? base.learningRate ?? { shape: "one-cycle", peak: 0.1, warmup: 0.25 },
      ...(await readOptimizer(args.optimizer)),
      // Checked with the other settings, before anything is written.
      augment: (args.augment ?? base.augment ?? "none") as Augmentation,
      ...(await readGamma(args.gamma)),
      ...readExtras(args),
      ...readValidation(args),
      ...given({ onDivergence: args["on-divergence"] as OnDivergence | undefined }),
      seed: readCount("seed", args.seed) ?? 0,
    },
  };
}

/** With all parameters, so that `run.json` says all of it; those that the text leaves out are the recipe's. */
async function readMethod(
  text: string,
  base: RecipeSettings | undefined,
): Promise<{ readonly method: MethodSettings; readonly batchSize: number | undefined }> {
  const { makeMethod, methodSettings, METHODS, parseMethod } = await import("@kwta/training");
  const { recipeOf } = await import("@kwta/runs");
  // Refuses what is unknown.
  parseMethod(text);
  const { name, params } = parseSpec("training method", text);
  const maker = METHODS.find(({ id }) => id === name)!;
  const known = base && recipeOf(base, maker);
  const own = parseParams(`the training method ${name}`, maker.schema, params) as MethodSettings["params"];
  const method = makeMethod({ id: name, params: { ...known?.params, ...own } });
  return { method: methodSettings(method), batchSize: known?.batchSize };
}

async function readRate(args: TrainArgs): Promise<LearningRate | undefined> {
  const { parseSchedule } = await import("@kwta/training");
  const peak = readNumber("learning-rate", args["learning-rate"]);
  if (args.schedule === undefined) {
    return peak === undefined ? undefined : { shape: "one-cycle", peak, warmup: 0.25 };
  }
  if (peak === undefined) return parseSchedule(args.schedule);
  throw new InputError(
    `--learning-rate belongs to the default schedule, and --schedule ${show(args.schedule)} has rates of its own. Give one of the two.`,
  );
}

async function readOptimizer(text: string | undefined): Promise<Pick<RunSettings["training"], "optimizer">> {
  const { optimizerSettings, parseOptimizer } = await import("@kwta/training");
  return { optimizer: optimizerSettings(parseOptimizer(text ?? "sgd")) };
}

async function readGamma(text: string | undefined): Promise<Pick<RunSettings["training"], "gamma">> {
  if (text === undefined) return {};
  const { parseGamma } = await import("@kwta/training");
  return { gamma: parseGamma(text) };
}

function readExtras(args: TrainArgs): TrainingExtras {
  return given({
    clip: readNumber("clip", args.clip),
    accumulate: readCount("accumulate", args.accumulate, 1),
    ema: readNumber("ema", args.ema),
    labelSmoothing: readNumber("label-smoothing", args["label-smoothing"]),
    mixup: readNumber("mixup", args.mixup),
    cutmix: readNumber("cutmix", args.cutmix),
    awp: readNumber("awp", args.awp),
    awpWarmup: readCount("awp-warmup", args["awp-warmup"]),
  });
}

function readValidation(args: TrainArgs): { readonly validation?: Validation } {
  const others = given({
    attack: args.validate,
    every: readCount("validate-every", args["validate-every"], 1),
    samples: readCount("validate-samples", args["validate-samples"], 1),
  });
  const eps = args["validate-eps"];
  if (eps !== undefined) return { validation: { eps, ...others } };
  if (Object.keys(others).length === 0) return {};
  throw new InputError("A validation needs the size of its perturbation: --validate-eps 8/255.");
}

/**
 * Checks that options beside --resume and --config say what the run has: it keeps its settings.
 *
 * @param args those that were given, and no others
 * @throws InputError that lists those which differ, between the two sentences
 */
export async function checkKept(
  kept: RunSettings,
  args: TrainArgs,
  { whose, advice }: { readonly whose: string; readonly advice: string },
): Promise<void> {
  const { differences } = await import("@kwta/runs");
  if (Object.keys(args).length === 0) return;
  const asked = await readTrainSettings(args);
  const plain = await readTrainSettings({});
  // Only what the options changed counts: the defaults of the others are none of the run's.
  const changed = new Set(differences(plain, asked).map(pathOf));
  const all = differences(kept, asked);
  // An option that says the default is meant, too.
  for (const name of Object.keys(args)) for (const path of PATHS[name] ?? []) changed.add(path);
  const isIn = (part: string, whole: string): boolean => `${part}.`.startsWith(`${whole}.`);
  const isMeant = (at: string): boolean => [...changed].some((path) => isIn(at, path) || isIn(path, at));
  const differ = all.filter((each) => isMeant(pathOf(each)));
  if (differ.length === 0) return;
  throw new InputError(`${whose} (${differ.join("; ")}). ${advice}`);
}

/** Where the value of an option stands, where it may be that of the defaults. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  model: ["model"],
  dataset: ["dataset.name"],
  epochs: ["training.epochs"],
  "batch-size": ["training.batchSize"],
  "learning-rate": ["training.learningRate"],
  schedule: ["training.learningRate"],
  optimizer: ["training.optimizer"],
  augment: ["training.augment"],
  gamma: ["training.gamma"],
  method: ["method"],
  seed: ["training.seed"],
};

function pathOf(difference: string): string {
  return difference.slice(0, difference.indexOf(":"));
}
