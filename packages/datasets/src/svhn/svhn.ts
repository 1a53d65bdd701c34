import { InputError } from "@kwta/core";
import type { DecodedImages } from "../archives/join-parts.ts";
import { decodeMat } from "./mat.ts";

const SIDE = 32;
const CHANNELS = 3;
const PIXELS = SIDE * SIDE * CHANNELS;

/**
 * Decodes a file of SVHN's cropped digits: `X`, an array [32, 32, 3, N] of bytes, and `y`, N labels from 1 to 10. Label 10
 * is digit 0, and becomes label 0.
 *
 * @param source named in errors
 * @throws InputError when it is cut, damaged or something else
 * @see http://ufldl.stanford.edu/housenumbers/, "Format 2: Cropped Digits"
 */
export async function decodeSvhn(bytes: Uint8Array<ArrayBuffer>, source = "The SVHN file"): Promise<DecodedImages> {
  const refuse = (reason: string): never => {
    throw new InputError(`${source} ${reason}. It is damaged or something else; get it again.`);
  };
  const arrays = await decodeMat(bytes, { source });
  const x = arrays.get("X");
  const y = arrays.get("y");
  if (!x || !y) return refuse(`has ${[...arrays.keys()].join(", ") || "no arrays"}, not X and y`);
  // One image alone has three axes: MATLAB drops a last axis of length 1.
  const [height, width, channels, size = 1] = x.shape;
  if (x.shape.length > 4 || height !== SIDE || width !== SIDE || channels !== CHANNELS || size === 0) {
    return refuse(`has images of ${x.shape.join(" x ")}, not 32 x 32 x 3 x N`);
  }
  if (!(x.data instanceof Uint8Array)) return refuse("has images that are no bytes");
  if (y.data.length !== size) refuse(`has ${size} images and ${y.data.length} labels`);
  const bad = y.data.findIndex((label) => !Number.isInteger(label) || label < 1 || label > 10);
  if (bad >= 0) refuse(`has label ${y.data[bad]} at ${bad}; SVHN has labels 1 to 10`);
  return { size, images: toRows(x.data, size), labels: Uint8Array.from(y.data, (label) => label % 10) };
}

/** [32, 32, 3, N] column by column to [N, 32, 32, 3] row by row. */
function toRows(columns: Uint8Array, size: number): Uint8Array {
  const rows = new Uint8Array(size * PIXELS);
  for (let image = 0; image < size; image++) {
    let from = image * PIXELS;
    for (let c = 0; c < CHANNELS; c++) {
      for (let x = 0; x < SIDE; x++) {
        let to = image * PIXELS + x * CHANNELS + c;
        for (let y = 0; y < SIDE; y++, to += SIDE * CHANNELS) rows[to] = columns[from++]!;
      }
    }
  }
  return rows;
}
