import { InputError, show } from "@kwta/core";

/** The order of the values of an image: channels last, as here, or first, as PyTorch has it. */
export type ImageLayout = "nhwc" | "nchw";

/**
 * The order of an input `[n, a, b, c]`: an axis of 1 or 3 is that of the channels, and where both ends could be, the first
 * one is, as PyTorch writes it.
 */
export function guessLayout(shape: readonly number[]): ImageLayout {
  const [first, , last] = shape;
  return CHANNELS.has(last!) && !CHANNELS.has(first!) ? "nhwc" : "nchw";
}

const CHANNELS: ReadonlySet<number> = new Set([1, 3]);

/** The shape `[height, width, channels]` of an image as people have it, from that of the file. */
export function imageShape(shape: readonly number[], layout: ImageLayout): readonly number[] {
  if (shape.length !== 3 || layout === "nhwc") return shape;
  const [channels, height, width] = shape as [number, number, number];
  return [height, width, channels];
}

/** The shape of an image in the file. */
export function fileShape(shape: readonly number[], layout: ImageLayout): readonly number[] {
  if (shape.length !== 3 || layout === "nhwc") return shape;
  const [height, width, channels] = shape as [number, number, number];
  return [channels, height, width];
}

/** Values of `n` images from NHWC to NCHW. */
export function channelsFirst(
  values: Float32Array,
  n: number,
  [height, width, channels]: readonly number[],
): Float32Array {
  const area = height! * width!;
  const moved = new Float32Array(values.length);
  for (let i = 0; i < n; i++) {
    for (let pixel = 0; pixel < area; pixel++) {
      for (let channel = 0; channel < channels!; channel++) {
        moved[(i * channels! + channel) * area + pixel] = values[(i * area + pixel) * channels! + channel]!;
      }
    }
  }
  return moved;
}

/** @throws InputError for another word */
export function checkLayout(layout: string): ImageLayout {
  if (layout === "nhwc" || layout === "nchw") return layout;
  throw new InputError(`The layout is ${show(layout)}. Give "nchw" (channels first) or "nhwc" (channels last).`);
}
