import { InputError, lookUp } from "@kwta/core";

/** Sizes of perturbations that show something on a kind of images. */
export interface ImageScale {
  /** At which nets of standard training keep something. */
  readonly small: string;
  /** The paper's, where that is another one. */
  readonly paper?: string;
  /** Several, rising. */
  readonly rising: readonly string[];
  /** Of adversarial training. */
  readonly training: string;
  /** Loss surfaces reach from -extent to extent in both directions. */
  readonly extent: number;
}

/** White ink on black: a perturbation must be large to be anything. */
const DRAWINGS: ImageScale = { small: "0.1", rising: ["0.1", "0.2"], training: "0.1", extent: 0.15 };

/** Grey pictures of clothes, between the two. */
const CLOTHES: ImageScale = { small: "0.05", rising: ["0.05", "0.1"], training: "0.1", extent: 0.08 };

/** The paper's sizes, and smaller ones, at which nets of standard training keep something. */
const PHOTOGRAPHS: ImageScale = {
  small: "2/255",
  paper: "8/255",
  rising: ["2/255", "4/255", "8/255"],
  training: "4/255",
  extent: 0.04,
};

const SCALES: Readonly<Record<string, ImageScale>> = {
  glyphs28: DRAWINGS,
  mnist: { ...DRAWINGS, paper: "0.3" },
  "fashion-mnist": CLOTHES,
  glyphs32: PHOTOGRAPHS,
  cifar10: PHOTOGRAPHS,
  cifar100: PHOTOGRAPHS,
  svhn: { ...PHOTOGRAPHS, paper: "12/255", rising: ["4/255", "8/255", "12/255"] },
};

const TRAINING_IMAGES: Readonly<Partial<Record<string, number>>> = {
  glyphs28: 8_000,
  glyphs32: 8_000,
  mnist: 60_000,
  "fashion-mnist": 60_000,
  svhn: 73_257,
};

/** How many training images a data set has; of one that is not known, as many as CIFAR's. Only for what a training costs. */
export function trainingImages(dataset: string): number {
  return TRAINING_IMAGES[dataset] ?? 50_000;
}

/** The data sets that figures have sizes for. */
export const FIGURE_DATASETS: readonly string[] = Object.keys(SCALES);

/**
 * The sizes for a data set.
 *
 * @throws InputError when there are none
 */
export function imageScale(dataset: string): ImageScale {
  if (dataset === "folder") {
    throw new InputError(
      "Figures have no settings for images of your own. Train on them with kwta train, then name the run by --from.",
    );
  }
  return lookUp("data set", dataset, SCALES);
}
