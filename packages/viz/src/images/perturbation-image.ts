import { epsText } from "@kwta/core";
import type { Pixels } from "./image.ts";

/** What {@link perturbationImage} made: {@link Pixels} and the meaning of their colours in words. */
export interface PerturbationImage extends Pixels {
  readonly image: Uint8ClampedArray;
  readonly caption: string;
}

/**
 * Draws the difference between an adversarial and an original image. Each channel maps [-eps, eps] to [0, 255], so
 * that no change is middle grey. Values beyond eps are cut and counted in the caption; values that are not finite are
 * drawn as no change and counted too.
 *
 * @param delta - adversarial minus original, in the units of images in [0, 1]
 * @param eps - the change that takes the strongest colour; the radius of an L-infinity attack, or the largest change
 * @throws TypeError when eps is not a positive number
 */
export function perturbationImage(delta: Float32Array, shape: Pixels["shape"], eps: number): PerturbationImage {
  if (!(eps > 0 && eps < Infinity))
    throw new TypeError(`eps is ${eps}. A scale above 0 is needed to draw a perturbation.`);
  const image = new Uint8ClampedArray(delta.length);
  let beyond = 0;
  let invalid = 0;
  for (let i = 0; i < delta.length; i++) {
    const value = delta[i]!;
    if (!Number.isFinite(value)) invalid++;
    else if (Math.abs(value) > eps * (1 + 1e-3)) beyond++;
    image[i] = 127.5 + 127.5 * (Number.isFinite(value) ? value / eps : 0);
  }
  const notes = [
    `grey is 0, white +${epsText(eps)}`,
    ...(beyond > 0 ? [`${beyond} values beyond`] : []),
    ...(invalid > 0 ? [`${invalid} not finite`] : []),
  ];
  return { image, shape, caption: notes.join("; ") };
}
