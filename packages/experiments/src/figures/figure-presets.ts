import { InputError, lookUp } from "@kwta/core";
import type { DatasetSettings, RunSettings } from "../run-settings.ts";
import type { FigureSettings, SurfaceSettings } from "./figure-settings.ts";
import type { NetPlan } from "./net-settings.ts";

/** What a person can change from the command line. */
export interface FigureChoices {
  /** `"smoke"`: embedded images, tiny nets, minutes. `"small"`: CIFAR-10, narrow nets, half an hour. @defaultValue "smoke" */
  readonly preset?: string;
  /** `"embedded"` or a data set's name. @defaultValue "embedded" for smoke, "cifar10" for small */
  readonly dataset?: string;
  readonly dataDir?: string;
  /** @defaultValue 0 */
  readonly seed?: number;
}

/**
 * The settings of all figures: those of a preset, for a data set.
 *
 * @throws InputError for an unknown preset, or a data set without settings
 */
export function figureSettings({ preset = "smoke", dataset, dataDir, seed = 0 }: FigureChoices = {}): FigureSettings {
  const chosen = lookUp("preset", preset, PRESETS);
  const name = resolveName(dataset ?? chosen.dataset);
  const images: DatasetSettings = { name, ...(dataDir !== undefined && { dataDir }) };
  return { ...chosen.settings(images, scaleOf(name), seed), preset, dataset: name, seed };
}

/** The presets by name. */
export const FIGURE_PRESETS: readonly string[] = ["smoke", "small"];

type Preset = Omit<FigureSettings, "preset" | "dataset" | "seed">;

interface PresetEntry {
  readonly dataset: string;
  settings(images: DatasetSettings, scale: Scale, seed: number): Preset;
}

/** Sizes of perturbations that show something on a kind of images. */
interface Scale extends Pick<SurfaceSettings, "extent"> {
  readonly figure3: readonly string[];
  readonly figure4: readonly string[];
  readonly figure6: readonly string[];
  readonly adversarial: string;
}

/** White ink on black: a perturbation must be large to be anything. */
const DRAWINGS: Scale = {
  extent: 0.15,
  figure3: ["0.1", "0.2"],
  figure4: ["0.1"],
  figure6: ["0.1"],
  adversarial: "0.1",
};

/** The paper's sizes, and smaller ones, at which nets that were trained naturally keep something. */
const PHOTOGRAPHS: Scale = {
  extent: 0.04,
  figure3: ["2/255", "4/255", "8/255"],
  figure4: ["2/255", "8/255"],
  figure6: ["2/255"],
  adversarial: "4/255",
};

const SCALES: Readonly<Record<string, Scale>> = {
  glyphs28: DRAWINGS,
  mnist: DRAWINGS,
  "fashion-mnist": { ...DRAWINGS, extent: 0.08, figure3: ["0.05", "0.1"], figure4: ["0.05"], figure6: ["0.05"] },
  glyphs32: PHOTOGRAPHS,
  cifar10: PHOTOGRAPHS,
  cifar100: PHOTOGRAPHS,
  svhn: PHOTOGRAPHS,
};

function resolveName(dataset: string): string {
  return dataset === "embedded" ? "glyphs28" : dataset;
}

function scaleOf(name: string): Scale {
  if (name === "folder") {
    throw new InputError(
      `Figures have no settings for images of your own. Train on them with kwta train, then name the run by --from.`,
    );
  }
  return lookUp("data set", name, SCALES);
}

/** `"8/255"` with its value. */
function sizes(texts: readonly string[]): { readonly text: string; readonly value: number }[] {
  return texts.map((text) => {
    const [over, under = "1"] = text.split("/");
    return { text, value: Number(over) / Number(under) };
  });
}

const oneCycle = (peak: number): NonNullable<RunSettings["training"]["learningRate"]> => ({
  shape: "one-cycle",
  peak,
  warmup: 0.25,
});

/** All seven in minutes of two cores: nets and images just large enough to show what the figures are about. */
function smoke(images: DatasetSettings, scale: Scale, seed: number): Preset {
  const dataset = { ...images, subset: 2500, testSize: 200 };
  const training = { epochs: 3, batchSize: 32, learningRate: oneCycle(0.1), seed };
  const adversarial: NetPlan["adversarial"] = {
    training: { epochs: 2 },
    subset: 2000,
    attack: { eps: scale.adversarial, steps: 3, stepSize: "0.5 eps" },
  };
  const smallCnn: NetPlan = {
    name: "small CNN",
    architecture: "small-cnn-w12",
    dataset,
    training,
    incremental: { from: 0.3, by: 0.1, every: 1, to: 0.1, learningRate: 0.02 },
    gammas: [0.1, 0.2, 0.3],
    adversarial,
    msPerImage: 1.2,
  };
  const resnet10: NetPlan = {
    ...smallCnn,
    name: "ResNet10",
    architecture: "resnet10-w4",
    dataset: { ...dataset, subset: 2000 },
    incremental: { from: 0.5, by: 0.1, every: 1, to: 0.3, learningRate: 0.02 },
    gammas: [0.3, 0.4, 0.5],
    adversarial: { ...adversarial, subset: 1200 },
    msPerImage: 1.9,
  };
  const attack = { samples: 60, steps: 20, stepSize: 0.125, temperatures: [0.1, 0.2, 0.3] };
  return {
    nets: { resnet: smallCnn, wideResNet: resnet10, denseNet: resnet10 },
    figure1: { units: 1000, gamma: 0.008, points: 6, steps: 600, learningRate: 0.2 },
    figure3: {
      gamma: 0.1,
      epsilons: sizes(scale.figure3),
      attackSteps: 100,
      points: 501,
      path: { steps: 40, between: 4, images: 64 },
    },
    figure4: { gammas: [0.05, 0.1, 0.2, 0.3, 0.5], attack: { ...attack, epsilons: sizes(scale.figure4) } },
    figure5: { gamma: 0.1 },
    figure6: { attack: { ...attack, epsilons: sizes(scale.figure6) } },
    figure7: { resnet: [0.3, 0.1], denseNet: [0.5, 0.3] },
    surface: { extent: scale.extent, points: 21 },
  };
}

/** The paper's architectures, narrow, on subsets of CIFAR-10, with few epochs. */
function small(images: DatasetSettings, scale: Scale, seed: number): Preset {
  const dataset = { ...images, subset: 4000, testSize: 500 };
  const training = { epochs: 5, batchSize: 32, learningRate: oneCycle(0.1), seed };
  const attack = { samples: 200, steps: 20, stepSize: 0.125, temperatures: [0.1, 0.2, 0.3] };
  const resnet: NetPlan = {
    name: "ResNet18",
    architecture: "resnet18-w8",
    dataset,
    training,
    incremental: { from: 0.2, by: 0.05, every: 1, to: 0.05, learningRate: 0.02 },
    gammas: [0.05, 0.1, 0.2],
    adversarial: {
      training: { epochs: 3 },
      subset: 2500,
      attack: { eps: scale.adversarial, steps: 3, stepSize: "0.5 eps" },
    },
    msPerImage: 3.8,
  };
  const wideResNet: NetPlan = {
    ...resnet,
    name: "WideResNet10-2",
    architecture: "wideresnet10-2-w8",
    msPerImage: 3.8,
  };
  const denseNet: NetPlan = {
    ...resnet,
    name: "DenseNet121",
    architecture: "densenet121-w4",
    dataset: { ...dataset, subset: 1500 },
    training: { ...training, epochs: 3 },
    incremental: { from: 0.2, by: 0.1, every: 1, to: 0.1, learningRate: 0.02 },
    adversarial: {
      training: { epochs: 2 },
      subset: 1000,
      attack: { eps: scale.adversarial, steps: 1, stepSize: "1 eps" },
    },
    msPerImage: 31,
  };
  return {
    nets: { resnet, wideResNet, denseNet },
    figure1: { units: 1000, gamma: 0.008, points: 6, steps: 3000, learningRate: 0.2 },
    figure3: {
      gamma: 0.1,
      epsilons: sizes(scale.figure3),
      attackSteps: 100,
      points: 501,
      path: { steps: 60, between: 4, images: 128 },
    },
    figure4: { gammas: [0.02, 0.05, 0.1, 0.2, 0.4], attack: { ...attack, epsilons: sizes(scale.figure4) } },
    figure5: { gamma: 0.1 },
    figure6: { attack: { ...attack, epsilons: sizes(scale.figure6) } },
    figure7: { resnet: [0.2, 0.1, 0.05], denseNet: [0.2, 0.1] },
    surface: { extent: scale.extent, points: 41 },
  };
}

const PRESETS: Readonly<Record<string, PresetEntry>> = {
  smoke: { dataset: "embedded", settings: smoke },
  small: { dataset: "cifar10", settings: small },
};
