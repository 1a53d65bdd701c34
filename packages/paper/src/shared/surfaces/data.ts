import {
  also,
  increasing,
  list,
  number,
  numberOrNull,
  object,
  oneOf,
  sameLength,
  text,
  whole,
  type Check,
} from "../../contract/data-checks.ts";
import type { Measured } from "../measured.ts";

/** The loss of one network around one image. */
export interface LossSurface {
  readonly label: string;
  /** Such as `"ResNet18"`. */
  readonly model: string;
  readonly activation: string;
  /** Whether it was trained on images as they are, or on attacked ones. */
  readonly training: "standard" | "adversarial";
  /** Steps along the random direction, increasing. */
  readonly random: readonly number[];
  /** Steps along the gradient direction, increasing. */
  readonly gradient: readonly number[];
  /** `loss[i][j]` is the loss at `gradient[i]` and `random[j]`. */
  readonly loss: readonly (readonly Measured[])[];
  /** How ragged the surface is around each of the images, in both measures. */
  readonly raggedness: Raggedness;
}

/** Two measures of raggedness, each with a number for each image. */
export interface Raggedness {
  /** As a share of the surface's own range. */
  readonly relative: readonly number[];
  /** In units of the loss. */
  readonly absolute: readonly number[];
}

/** Loss surfaces: drawn around one image, judged around several. */
export interface SurfaceData {
  /** Numbers of all images in their data set. */
  readonly images: readonly number[];
  /** The one that is drawn. */
  readonly sample: { readonly index: number; readonly className: string };
  readonly surfaces: readonly LossSurface[];
}

const surface = also<LossSurface>(
  object({
    label: text,
    model: text,
    activation: text,
    training: oneOf("standard", "adversarial"),
    random: increasing,
    gradient: increasing,
    loss: list(list(numberOrNull)),
    raggedness: object({ relative: list(number, 1), absolute: list(number, 1) }),
  }),
  ({ random, gradient, loss }, path) => {
    sameLength(loss, `${path}.loss`, gradient, "gradient");
    for (const [i, row] of loss.entries()) sameLength(row, `${path}.loss[${i}]`, random, "random");
  },
);

/** @see SurfaceData */
export const check: Check = also<SurfaceData>(
  object({
    images: list(whole, 1),
    sample: object({ index: whole, className: text }),
    surfaces: list(surface, 1),
  }),
  ({ images, surfaces }, path) => {
    for (const [i, { raggedness }] of surfaces.entries()) {
      for (const measure of ["relative", "absolute"] as const) {
        sameLength(raggedness[measure], `${path}.surfaces[${i}].raggedness.${measure}`, images, "images");
      }
    }
  },
);
