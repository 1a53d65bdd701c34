import { InputError, lookUp, show } from "@kwta/core";
import type { Augmentation } from "@kwta/datasets";
import type { LearningRate, MethodMaker, MethodSettings } from "@kwta/training";

/** What a recipe sets; a person may set each of it otherwise. */
export interface RecipeSettings {
  readonly model?: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: LearningRate;
  readonly augment: Augmentation;
  /** Training images; all of them where it is left out. */
  readonly subset?: number;
  /** Parameters of the methods that attack, where they take them. */
  readonly attack: MethodSettings["params"];
  /** Of those whose attack has several steps: one step, as `fast` and `free` make, has a length of its own. */
  readonly pgd: Readonly<{ steps: number; stepSize: number | string }>;
  /** What is otherwise for a method, by its id. */
  readonly methods?: Readonly<Record<string, MethodChange>>;
}

/** What of a recipe is otherwise for one method. */
export interface MethodChange {
  readonly batchSize?: number;
  readonly params?: MethodSettings["params"];
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

const paperN: Omit<RecipeSettings, "augment" | "attack"> = {
  epochs: 80,
  batchSize: 256,
  learningRate: { shape: "steps", start: 0.1, factor: 0.1, epochs: [50] },
  // On SVHN, too, whose steps are longer in their configuration files.
  pgd: { steps: 10, stepSize: 0.007 },
};

const paperC: Omit<RecipeSettings, "augment" | "attack" | "pgd"> = {
  epochs: 100,
  batchSize: 512,
  learningRate: { shape: "steps", start: 0.1, factor: 0.1, epochs: [60, 80] },
  methods: { trades: { batchSize: 256, params: { steps: 10 } }, incremental: { params: { batchSize: 256 } } },
};

const laptop: Omit<RecipeSettings, "augment" | "attack" | "pgd"> = {
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
  attack: {},
  pgd: { steps: 2, stepSize: "0.5 eps" },
};

/**
 * The recipes of `kwta train --recipe`. The two of the paper are those of the authors' code: N of their notebooks, C of their
 * configuration files with its batch for k-WTA ResNet18 (they have others for other networks, and 256 for adversarial training at
 * gamma 0.1). SGD with momentum 0.9 and no
 * weight decay in all.
 */
export const RECIPES: readonly Recipe[] = [
  {
    name: "paper-n",
    summary: "The authors' notebooks: 80 epochs, PGD-10 on the true class.",
    on: {
      cifar10: { ...paperN, augment: "crop-flip", attack: attackOn("cifar10", "true") },
      svhn: { ...paperN, augment: "none", attack: attackOn("svhn", "true") },
    },
  },
  {
    name: "paper-c",
    summary: "The authors' configuration files: 100 epochs (MNIST: 20), PGD-20 on the predicted class.",
    on: {
      cifar10: {
        ...paperC,
        augment: "crop-flip",
        attack: attackOn("cifar10", "predicted"),
        pgd: { steps: 20, stepSize: 0.007 },
      },
      svhn: { ...paperC, augment: "none", attack: attackOn("svhn", "predicted"), pgd: { steps: 20, stepSize: 0.01 } },
      mnist: {
        epochs: 20,
        batchSize: 200,
        learningRate: 0.01,
        augment: "none",
        attack: attackOn("mnist", "predicted"),
        pgd: { steps: 20, stepSize: 0.01 },
        methods: { incremental: { params: { by: 0.001, every: 1, to: 0.001 } } },
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
        attack: attackOn("cifar10", "true"),
        pgd: { steps: 3, stepSize: "0.5 eps" },
      },
      svhn: {
        ...laptop,
        model: "resnet18-w16@kwta:0.2",
        augment: "none",
        subset: 20_000,
        attack: attackOn("svhn", "true"),
        pgd: { steps: 3, stepSize: "0.5 eps" },
      },
      mnist: {
        ...laptop,
        model: "small-cnn@kwta:0.1",
        augment: "none",
        attack: attackOn("mnist", "true"),
        pgd: { steps: 5, stepSize: "0.3 eps" },
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

/** The parameters that a recipe sets of a method, and its batch. */
export function recipeOf(
  { attack, pgd, methods = {}, batchSize }: RecipeSettings,
  { id, schema }: MethodMaker,
): Required<MethodChange> {
  const own = Object.hasOwn(methods, id) ? methods[id] : undefined;
  const all = { ...attack, ...("steps" in schema && pgd), ...own?.params };
  const params = Object.fromEntries(Object.entries(all).filter(([name]) => Object.hasOwn(schema, name)));
  return { params, batchSize: own?.batchSize ?? batchSize };
}

function attackOn(dataset: keyof typeof EPS, label: "true" | "predicted"): RecipeSettings["attack"] {
  return { eps: EPS[dataset], label };
}
