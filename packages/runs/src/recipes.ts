import { InputError, lookUp, show } from "@kwta/core";
import type { Augmentation } from "@kwta/datasets";
import type { LearningRate, MethodSettings } from "@kwta/training";

/** What a recipe sets; a person may set each of it otherwise. */
export interface RecipeSettings {
  readonly model?: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: LearningRate;
  readonly augment: Augmentation;
  /** Training images; all of them where it is left out. */
  readonly subset?: number;
  /** Parameters of the methods that attack, where the method is one of those. */
  readonly attack: MethodSettings["params"];
}

/** Settings that belong together, by name. */
export interface Recipe {
  readonly name: string;
  /** One line for help texts. */
  readonly summary: string;
  /** By data set. */
  readonly on: Readonly<Record<string, RecipeSettings>>;
}

const EPS = { cifar10: 0.031, svhn: 0.047, mnist: 0.3 } as const;
const STEP = { cifar10: 0.007, svhn: 0.01, mnist: 0.01 } as const;

const paperN: Omit<RecipeSettings, "augment" | "attack"> = {
  epochs: 80,
  batchSize: 256,
  learningRate: { shape: "steps", start: 0.1, factor: 0.1, epochs: [50] },
};

const paperC: Omit<RecipeSettings, "augment" | "attack"> = {
  epochs: 100,
  batchSize: 512,
  learningRate: { shape: "steps", start: 0.1, factor: 0.1, epochs: [60, 80] },
};

const laptop: Omit<RecipeSettings, "augment" | "attack"> = {
  epochs: 12,
  batchSize: 64,
  learningRate: { shape: "one-cycle-cosine", peak: 0.1 },
};

const smoke: RecipeSettings = {
  epochs: 1,
  batchSize: 16,
  learningRate: { shape: "one-cycle", peak: 0.05 },
  augment: "none",
  subset: 96,
  attack: { steps: 2, stepSize: "0.5 eps" },
};

/**
 * The recipes of `kwta train --recipe`. The two of the paper are those of the authors' code: N of their notebooks, C of their
 * configuration files with its batch for k-WTA ResNet18 (they have others for other networks). SGD with momentum 0.9 and no
 * weight decay in all.
 */
export const RECIPES: readonly Recipe[] = [
  {
    name: "paper-n",
    summary: "The authors' notebooks: 80 epochs, PGD-10 on the true class.",
    on: {
      cifar10: { ...paperN, augment: "crop-flip", attack: attackOn("cifar10", 10, "true") },
      svhn: { ...paperN, augment: "none", attack: attackOn("svhn", 10, "true") },
    },
  },
  {
    name: "paper-c",
    summary: "The authors' configuration files: 100 epochs (MNIST: 20), PGD-20 on the predicted class.",
    on: {
      cifar10: { ...paperC, augment: "crop-flip", attack: attackOn("cifar10", 20, "predicted") },
      svhn: { ...paperC, augment: "none", attack: attackOn("svhn", 20, "predicted") },
      mnist: {
        epochs: 20,
        batchSize: 200,
        learningRate: 0.01,
        augment: "none",
        attack: attackOn("mnist", 20, "predicted"),
      },
    },
  },
  {
    name: "laptop",
    summary: "Narrow nets and few epochs, for about half an hour on two cores.",
    on: {
      cifar10: {
        ...laptop,
        model: "resnet18-w16@kwta:0.2",
        augment: "crop-flip",
        subset: 20_000,
        attack: { ...attackOn("cifar10", 3, "true"), stepSize: "0.5 eps" },
      },
      svhn: {
        ...laptop,
        model: "resnet18-w16@kwta:0.2",
        augment: "none",
        subset: 20_000,
        attack: { ...attackOn("svhn", 3, "true"), stepSize: "0.5 eps" },
      },
      mnist: {
        ...laptop,
        model: "small-cnn@kwta:0.1",
        augment: "none",
        attack: { ...attackOn("mnist", 5, "true"), stepSize: "0.3 eps" },
      },
    },
  },
  {
    name: "smoke",
    summary: "Seconds: whether everything works.",
    on: Object.fromEntries(
      ["cifar10", "svhn", "mnist", "glyphs28", "glyphs32"].map((name) => [
        name,
        { ...smoke, model: name === "mnist" || name === "glyphs28" ? "small-cnn-w4@kwta:0.2" : "resnet10-w4@kwta:0.2" },
      ]),
    ),
  },
];

/**
 * What a recipe sets on a data set.
 *
 * @throws InputError for an unknown recipe (the nearest is offered), and a data set that it says nothing of
 */
export function recipe(name: string, dataset: string): RecipeSettings {
  const { on } = lookUp("recipe", name, Object.fromEntries(RECIPES.map((each) => [each.name, each])));
  const found = Object.hasOwn(on, dataset) ? on[dataset] : undefined;
  if (found !== undefined) return found;
  throw new InputError(
    `The recipe ${name} says nothing of the data set ${show(dataset)}. It knows ${Object.keys(on).join(", ")}.`,
  );
}

function attackOn(dataset: keyof typeof EPS, steps: number, label: "true" | "predicted"): RecipeSettings["attack"] {
  return { eps: EPS[dataset], steps, stepSize: STEP[dataset], label };
}
