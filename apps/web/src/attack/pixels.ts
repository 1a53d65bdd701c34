import { SIDE } from "../compute/side.ts";

/** Draws an image in [0, 1], as light as it is. */
export function drawPixels(canvas: HTMLCanvasElement, image: ArrayLike<number>): void {
  paint(canvas, image, (value) => {
    const level = 255 * Math.max(0, Math.min(1, value));
    return [level, level, level];
  });
}

/** Draws a change of each pixel by at most `eps`: none is grey, a lighter pixel blue, a darker one orange. */
export function drawChange(
  canvas: HTMLCanvasElement,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  eps: number,
): void {
  const change = Array.from(to, (value, i) => (value - from[i]!) / Math.max(eps, 1e-6));
  paint(canvas, change, (value) => {
    const towards = value > 0 ? LIGHTER : DARKER;
    return MIDDLE.map((level, c) => level + Math.min(1, Math.abs(value)) * (towards[c]! - level));
  });
}

const MIDDLE = [236, 236, 238];
const LIGHTER = [30, 106, 178];
const DARKER = [214, 108, 12];

function paint(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  colour: (value: number) => readonly number[],
): void {
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) image.data.set([...colour(values[i]!), 255], 4 * i);
  context.putImageData(image, 0, 0);
}
