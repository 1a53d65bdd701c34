import { threatModel } from "@kwta/attacks";
import { InputError, lookUp, show } from "@kwta/core";
import { formatModelId, parseModelId } from "@kwta/models";
import type { DatasetSettings, RunSettings } from "@kwta/runs";
import type { EstimateSettings } from "./protocol.ts";

/** Everything that the quickstart's numbers depend on but the backend. */
export interface QuickstartSettings {
  readonly dataset: DatasetSettings;
  /** A model id without its activation: `"small-cnn"`. */
  readonly architecture: string;
  /** Sparsity ratio of the k-WTA net. */
  readonly gamma: number;
  readonly training: RunSettings["training"];
  /** Size of the perturbation (Linf, images in [0, 1]) of the table. */
  readonly eps: number;
  /** Sizes for the curves. */
  readonly epsilons: readonly number[];
  /** Test images that are attacked. */
  readonly samples: number;
  readonly estimate: EstimateSettings;
  readonly seed: number;
}

/** What a person can change from the command line. */
export interface QuickstartChoices {
  /** @defaultValue "glyphs28" */
  readonly dataset?: string;
  readonly dataDir?: string;
  /** Height and width that the pictures of the data set `folder` are scaled to. */
  readonly imageSize?: readonly [height: number, width: number];
  /** 1 for grey, 3 for colour; of the pictures of `folder`. */
  readonly channels?: 1 | 3;
  readonly architecture?: string;
  readonly gamma?: number;
  /** A number or a fraction such as `"8/255"`. */
  readonly eps?: number | string;
  readonly epochs?: number;
  /** Training images, a stratified subset. */
  readonly subset?: number;
  readonly samples?: number;
  /** @defaultValue 0 */
  readonly seed?: number;
}

/**
 * The settings of a quickstart: those of the data set, with a person's choices over them.
 *
 * @throws InputError for a choice that cannot be used
 */
export function quickstartSettings(choices: QuickstartChoices = {}): QuickstartSettings {
  const { dataset: name = "glyphs28", dataDir, imageSize, channels, seed = 0 } = choices;
  const preset = lookUp("data set", name, PRESETS);
  const gamma = choices.gamma ?? preset.gamma;
  if (!(gamma > 0 && gamma < 1)) {
    throw new InputError(`gamma is ${show(gamma)}; it is the share of units that stay on, a number between 0 and 1.`);
  }
  const architecture = choices.architecture ?? preset.architecture;
  // An unknown architecture is refused here, before anything is written.
  parseModelId(`${architecture}@relu`);
  const { eps } = threatModel({ norm: "linf", eps: choices.eps ?? preset.eps });
  const subset = choices.subset ?? preset.subset;
  return {
    dataset: {
      name,
      ...(subset === undefined ? {} : { subset }),
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(imageSize === undefined ? {} : { imageSize }),
      ...(channels === undefined ? {} : { channels }),
      ...preset.data,
    },
    architecture,
    gamma,
    training: { ...preset.training, epochs: choices.epochs ?? preset.training.epochs, seed },
    eps,
    // Images lie in [0, 1].
    epsilons: [0.5, 1, 1.5, 2].map((factor) => factor * eps).filter((size) => size <= 1),
    samples: choices.samples ?? preset.samples,
    estimate: preset.estimate,
    seed,
  };
}

/**
 * Checks that a value read from a file is {@link QuickstartSettings}.
 *
 * @param source named in errors
 * @throws InputError when it is not
 */
export function checkQuickstartSettings(value: unknown, source: string): QuickstartSettings {
  const settings = value as Partial<QuickstartSettings> | null;
  const { architecture, gamma, eps, epsilons, samples, seed, estimate, dataset, training } = settings ?? {};
  const isWhole =
    typeof architecture === "string" &&
    [gamma, eps, samples, seed].every((each) => typeof each === "number") &&
    Array.isArray(epsilons) &&
    Array.isArray(estimate?.ladder) &&
    typeof estimate.samples === "number" &&
    typeof dataset?.name === "string" &&
    typeof training?.epochs === "number" &&
    typeof training.seed === "number";
  if (!isWhole) throw new InputError(`${source} is incomplete or damaged. Start a new quickstart.`);
  parseModelId(`${architecture}@kwta:${gamma}`);
  return settings as QuickstartSettings;
}

/** The ids of the two nets: the same architecture with ReLU and with k-WTA. */
export function quickstartModels({ architecture, gamma }: QuickstartSettings): { relu: string; kwta: string } {
  const id = (activation: string): string => formatModelId(parseModelId(`${architecture}@${activation}`));
  return { relu: id("relu"), kwta: id(`kwta:${gamma}`) };
}

interface Preset extends Omit<QuickstartSettings, "dataset" | "epsilons" | "seed" | "training"> {
  readonly training: Omit<RunSettings["training"], "seed">;
  /** All training images where it is left out. */
  readonly subset?: number;
  /** Sizes that only this data set has. */
  readonly data: Partial<DatasetSettings>;
}

const SMALL: Omit<Preset, "subset" | "data" | "eps"> = {
  architecture: "small-cnn",
  gamma: 0.1,
  training: { epochs: 3, learningRate: { shape: "one-cycle", peak: 0.1, warmup: 0.25 } },
  samples: 150,
  estimate: {
    samples: 10,
    ladder: [
      [20, 100],
      [20, 400],
    ],
  },
};

/** Small colour photographs: a ResNet, and so attacks that cost ten times as much as on the small nets. */
const PHOTOGRAPHS: Preset = {
  ...SMALL,
  architecture: "resnet18-w8",
  data: {},
  training: { ...SMALL.training, epochs: 4 },
  eps: 2 / 255,
  samples: 100,
  estimate: {
    samples: 10,
    ladder: [
      [20, 50],
      [20, 200],
    ],
  },
};

/** A preset for each of the `DATASETS` of `@kwta/datasets`. */
const PRESETS: Readonly<Record<string, Preset>> = {
  glyphs28: { ...SMALL, subset: 4000, data: { testSize: 1000 }, eps: 0.125 },
  glyphs32: { ...SMALL, subset: 6000, data: { testSize: 1000 }, eps: 0.05 },
  mnist: { ...SMALL, subset: 8000, data: {}, eps: 0.15 },
  "fashion-mnist": { ...SMALL, subset: 8000, data: {}, eps: 0.05 },
  cifar10: { ...PHOTOGRAPHS, subset: 6000 },
  cifar100: { ...PHOTOGRAPHS, subset: 6000 },
  svhn: { ...PHOTOGRAPHS, subset: 6000 },
  "svhn-extra": { ...PHOTOGRAPHS, subset: 6000 },
  folder: PHOTOGRAPHS,
};
