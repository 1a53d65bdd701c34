import { isInLevels } from "@kwta/core";

/** How sizes of the order of eps are written on an axis: in levels of a photograph, or as they are. */
export function unitOf(eps: number): { readonly factor: number; readonly name: string } {
  return isInLevels(eps) ? { factor: 255, name: "in 1/255" } : { factor: 1, name: "pixels 0–1" };
}

/** Such a size in a sentence: `"0.02/255"`, or `"0.001"`. */
export function sizeText(size: number, eps: number): string {
  const short = Number((unitOf(eps).factor * size).toPrecision(2));
  return isInLevels(eps) ? `${short}/255` : String(short);
}
