import { decode, encode } from "fast-png";
import type { Hero } from "./figure.ts";

/** The size that most sites show a link's picture in. */
export const SOCIAL_SIZE = [1200, 630] as const;

const SCALE = 11;
const FRAME = 14;
const PAGE = [253, 253, 252];
const FRAMES = { image: [28, 33, 39], broken: [176, 71, 10], holds: [11, 110, 85] } as const;

/** The first figure as a PNG: the image, what broke the ReLU net, and where the k-WTA net seems to hold, in frames that say so. */
export function socialPicture({ image, attacks }: Hero): Uint8Array {
  const [width, height] = SOCIAL_SIZE;
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < data.length; i++) data[i] = PAGE[i % 3]!;
  const paint = (x: number, y: number, colour: readonly number[]): void => data.set(colour, 3 * (y * width + x));
  const cards = [
    [image, FRAMES.image],
    ...([attacks["relu-pgd"], attacks["kwta-pgd"]] as const).map(
      ({ end, success }) => [end, success ? FRAMES.broken : FRAMES.holds] as const,
    ),
  ] as const;
  for (const [i, [png, frame]] of cards.entries()) {
    const { width: side, data: pixels } = decode(Buffer.from(png, "base64"));
    const size = side * SCALE + 2 * FRAME;
    const left = Math.round(((i + 0.5) * width) / cards.length - size / 2);
    const top = Math.round((height - size) / 2);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const [column, row] = [x, y].map((at) => Math.floor((at - FRAME) / SCALE)) as [number, number];
        const inside = column >= 0 && column < side && row >= 0 && row < side;
        paint(left + x, top + y, inside ? new Array<number>(3).fill(pixels[row * side + column]!) : frame);
      }
    }
  }
  return encode({ width, height, channels: 3, data });
}
