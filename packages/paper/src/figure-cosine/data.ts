import {
  also,
  increasing,
  list,
  number,
  object,
  positive,
  sameLength,
  text,
  type Check,
} from "../contract/data-checks.ts";

/** One gradient of one network. */
export interface AgreementLine {
  /** The network: `"k-WTA ResNet18, γ = 0.1"`. */
  readonly label: string;
  readonly activation: string;
  /** What stands for the derivative of the activation: `"exact"` or `"gate:0.2"`. */
  readonly backward: string;
  /** For each distance, the cosine of each image. */
  readonly cosines: readonly (readonly number[])[];
}

/** What gradients say of random directions, held against what the nets do along them. */
export interface CosineData {
  /** Standard deviation of the steps, for images in [0, 1], rising. */
  readonly sigmas: readonly number[];
  /** The size at which attacks begin to matter, for a line in the picture. */
  readonly eps: number;
  /** Random directions of each image. */
  readonly directions: number;
  readonly images: number;
  readonly lines: readonly AgreementLine[];
}

/** @see CosineData */
export const check: Check = also<CosineData>(
  object({
    sigmas: increasing,
    eps: positive,
    directions: positive,
    images: positive,
    lines: list(object({ label: text, activation: text, backward: text, cosines: list(list(number, 1), 2) }), 1),
  }),
  ({ sigmas, images, lines }, path) => {
    for (const [i, { cosines }] of lines.entries()) {
      sameLength(cosines, `${path}.lines[${i}].cosines`, sigmas, "sigmas");
      for (const [j, each] of cosines.entries()) {
        sameLength(each, `${path}.lines[${i}].cosines[${j}]`, { length: images } as readonly unknown[], "the images");
      }
    }
  },
);

/** Whether it is the gradient itself. */
export function isExact({ backward }: AgreementLine): boolean {
  return backward === "exact";
}

/** The network, and, where it is not the gradient itself, through what. */
export function nameOf(line: AgreementLine): string {
  return isExact(line) ? line.label : `${line.label}, through the gate`;
}
