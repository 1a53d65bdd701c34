import {
  also,
  increasing,
  list,
  Mismatch,
  number,
  numberOrNull,
  object,
  positive,
  sameLength,
  text,
  whole,
  type Check,
} from "../contract/data-checks.ts";
import type { Measured } from "../shared/measured.ts";

/** One panel of {@link Figure3Data}: the logits of one image along one perturbation. */
export interface LogitPanel {
  /** The network, such as `"k-WTA ResNet18, γ = 0.1"`. Panels of one label stand below each other. */
  readonly label: string;
  readonly activation: string;
  /** Radius of the attack, for images in [0, 1]. */
  readonly eps: number;
  /** Number of the image in its data set. */
  readonly image: number;
  /** Index into `classNames`. */
  readonly trueClass: number;
  /** Sizes of the perturbation, from 0 to eps. */
  readonly sizes: readonly number[];
  /** One list for each class, with one logit for each size. */
  readonly logits: readonly (readonly Measured[])[];
}

/** How smooth the logits of one network are along the perturbations of several images, in both measures. */
export interface LogitSmoothness {
  readonly label: string;
  readonly activation: string;
  /** The largest change of a logit from one point to the next, as a share of its range; one number for each image. */
  readonly jump: readonly number[];
  /** {@link roughness}, the mean over the logits; one number for each image. */
  readonly roughness: readonly number[];
}

/** One network of the training part of {@link Figure3Data}. */
export interface LossPath {
  readonly label: string;
  readonly activation: string;
  /** Training steps; fractions along the segment between two successive weights. */
  readonly steps: readonly number[];
  readonly loss: readonly Measured[];
}

/** (a, b) logits along an adversarial perturbation, (c) the loss along the path of training. */
export interface Figure3Data {
  readonly classNames: readonly string[];
  readonly panels: readonly LogitPanel[];
  /** Over `images`, at the radius of the panels. */
  readonly smoothness: readonly LogitSmoothness[];
  /** Numbers of the images in their data set; the first one is drawn. */
  readonly images: readonly number[];
  readonly training: readonly LossPath[];
}

const panel = also<LogitPanel>(
  object({
    label: text,
    activation: text,
    eps: positive,
    image: whole,
    trueClass: whole,
    sizes: increasing,
    logits: list(list(numberOrNull), 1),
  }),
  ({ sizes, logits }, path) => {
    for (const [c, values] of logits.entries()) sameLength(values, `${path}.logits[${c}]`, sizes, "sizes");
  },
);

const lossPath = also<LossPath>(
  object({ label: text, activation: text, steps: list(number, 1), loss: list(numberOrNull) }),
  ({ steps, loss }, path) => sameLength(loss, `${path}.loss`, steps, "steps"),
);

const smoothness = object({ label: text, activation: text, jump: list(number), roughness: list(number) });

/** @see Figure3Data */
export const check: Check = also<Figure3Data>(
  object({
    classNames: list(text, 1),
    panels: list(panel),
    smoothness: list(smoothness),
    images: list(whole, 1),
    training: list(lossPath),
  }),
  ({ classNames, panels, smoothness: smooth, images }, path) => {
    for (const [i, { jump, roughness }] of smooth.entries()) {
      sameLength(jump, `${path}.smoothness[${i}].jump`, images, "images");
      sameLength(roughness, `${path}.smoothness[${i}].roughness`, images, "images");
    }
    for (const [i, { logits, trueClass }] of panels.entries()) {
      sameLength(logits, `${path}.panels[${i}].logits`, classNames, "classNames");
      if (trueClass >= classNames.length) {
        throw new Mismatch(
          `${path}.panels[${i}].trueClass is ${trueClass}, but there are ${classNames.length} classes`,
        );
      }
    }
  },
);
