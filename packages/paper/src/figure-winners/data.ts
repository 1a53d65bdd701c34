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

/** One network of {@link WinnersData}. */
export interface WinnersLine {
  readonly label: string;
  readonly activation: string;
  /** For each distance and image, the share of the units that won at the image and do not win there. */
  readonly lost: readonly (readonly number[])[];
  /** For each distance and image, how far the logits moved, as a share of their own length. */
  readonly change: readonly (readonly number[])[];
}

/** How activation patterns and logits change with the distance from an image. */
export interface WinnersData {
  /** Of every pixel, along a random direction of signs, for images in [0, 1], rising. */
  readonly distances: readonly number[];
  /** For a line in the picture. */
  readonly eps: number;
  readonly images: number;
  readonly nets: readonly WinnersLine[];
}

/** @see WinnersData */
export const check: Check = also<WinnersData>(
  object({
    distances: increasing,
    eps: positive,
    images: positive,
    nets: list(
      object({ label: text, activation: text, lost: list(list(number, 1), 2), change: list(list(number, 1), 2) }),
      1,
    ),
  }),
  ({ distances, images, nets }, path) => {
    for (const [i, net] of nets.entries()) {
      for (const of of ["lost", "change"] as const) {
        sameLength(net[of], `${path}.nets[${i}].${of}`, distances, "distances");
        for (const [j, each] of net[of].entries()) {
          sameLength(each, `${path}.nets[${i}].${of}[${j}]`, { length: images } as readonly unknown[], "the images");
        }
      }
    }
  },
);
