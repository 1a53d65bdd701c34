import {
  also,
  increasing,
  list,
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
}

/** Loss surfaces around one image. */
export interface SurfaceData {
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
  }),
  ({ random, gradient, loss }, path) => {
    sameLength(loss, `${path}.loss`, gradient, "gradient");
    for (const [i, row] of loss.entries()) sameLength(row, `${path}.loss[${i}]`, random, "random");
  },
);

/** @see SurfaceData */
export const check: Check = object({
  sample: object({ index: whole, className: text }),
  surfaces: list(surface, 1),
});
