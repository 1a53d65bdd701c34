import { drawSegment } from "./draw-segment.ts";
import type { Draw } from "./pen.ts";

/** White ink on black. */
export function paintInk(ink: Float32Array): Uint8Array {
  const out = new Uint8Array(ink.length);
  for (let i = 0; i < ink.length; i++) out[i] = Math.round(255 * ink[i]!);
  return out;
}

type Colour = readonly [red: number, green: number, blue: number];

/**
 * A coloured glyph on a shaded ground with clutter: short, thin lines in other colours, drawn behind the glyph, and
 * noise over everything.
 *
 * @param noise one number in [0, 1) a pixel
 * @returns bytes [size, size, 3]
 */
export function paintColour(
  ink: Float32Array,
  size: number,
  difficulty: number,
  draw: Draw,
  noise: Float32Array,
): Uint8Array {
  const pixels = new Float32Array(3 * size * size);
  const ground = randomColour(draw);
  shade(pixels, size, ground, 26 + 64 * difficulty, draw);
  const lines = Math.floor(draw() * (1 + 6 * difficulty));
  for (let i = 0; i < lines; i++) blend(pixels, randomLine(size, draw), randomColour(draw));
  blend(pixels, ink, contrasting(ground, draw));
  return addNoise(pixels, noise, 26 * difficulty);
}

/** Least distance of the glyph's colour from the ground's, of 441 between black and white. */
const CONTRAST = 220;

function randomColour(draw: Draw): Colour {
  return [255 * draw(), 255 * draw(), 255 * draw()];
}

/** A random colour that stands out from `ground`. */
function contrasting(ground: Colour, draw: Draw): Colour {
  for (let tries = 0; tries < 20; tries++) {
    const colour = randomColour(draw);
    if (distance(colour, ground) >= CONTRAST) return colour;
  }
  const opposite = (value: number) => (value < 128 ? 255 : 0);
  return [opposite(ground[0]), opposite(ground[1]), opposite(ground[2])];
}

function distance(a: Colour, b: Colour): number {
  const [r, g, c] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  return Math.sqrt(r * r + g * g + c * c);
}

/** Fills with a colour that runs linearly across the image in a random direction. */
function shade(pixels: Float32Array, size: number, [red, green, blue]: Colour, strength: number, draw: Draw): void {
  const slopeX = (strength * (2 * draw() - 1)) / size;
  const slopeY = (strength * (2 * draw() - 1)) / size;
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const shift = slopeX * (x - size / 2) + slopeY * (y - size / 2);
      pixels[at++] = red + shift;
      pixels[at++] = green + shift;
      pixels[at++] = blue + shift;
    }
  }
}

/** The coverage of a short, thin line anywhere in the image. */
function randomLine(size: number, draw: Draw): Float32Array {
  const coverage = new Float32Array(size * size);
  const [x, y] = [size * draw(), size * draw()];
  const to = [x + LONGEST * size * (2 * draw() - 1), y + LONGEST * size * (2 * draw() - 1)] as const;
  drawSegment(coverage, size, [x, y], to, 0.4 + 0.5 * draw());
  return coverage;
}

const LONGEST = 0.35;

function blend(pixels: Float32Array, coverage: Float32Array, [red, green, blue]: Colour): void {
  for (let i = 0; i < coverage.length; i++) {
    const share = coverage[i]!;
    if (share === 0) continue;
    pixels[3 * i]! += share * (red - pixels[3 * i]!);
    pixels[3 * i + 1]! += share * (green - pixels[3 * i + 1]!);
    pixels[3 * i + 2]! += share * (blue - pixels[3 * i + 2]!);
  }
}

/** Adds uniform noise in [-amplitude, amplitude], the three channels of a pixel from the 24 bits of one number. */
function addNoise(pixels: Float32Array, noise: Float32Array, amplitude: number): Uint8Array {
  const out = new Uint8ClampedArray(pixels.length);
  const scale = amplitude / 127.5;
  for (let i = 0; i < noise.length; i++) {
    const bits = Math.floor(noise[i]! * 0x1000000);
    out[3 * i] = pixels[3 * i]! + scale * ((bits & 255) - 127.5);
    out[3 * i + 1] = pixels[3 * i + 1]! + scale * (((bits >> 8) & 255) - 127.5);
    out[3 * i + 2] = pixels[3 * i + 2]! + scale * ((bits >> 16) - 127.5);
  }
  return new Uint8Array(out.buffer);
}
