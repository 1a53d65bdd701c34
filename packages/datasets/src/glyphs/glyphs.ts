import { breathe, checkSeed, checkWhole, InputError, keyedRandom, lookUp, show, type LongWork } from "@kwta/core";
import { paintColour, paintInk } from "./paint.ts";
import { handwriting, writeDigit } from "./pen.ts";
import type { Dataset, ImageShape, Split } from "../dataset.ts";

/** The embedded data sets: ink on black, 28 x 28 x 1, or coloured, 32 x 32 x 3. */
export type GlyphsName = "glyphs28" | "glyphs32";

/** What a drawn sample depends on, besides its split and id. */
export interface GlyphOptions {
  /**
   * Any whole number.
   * @defaultValue 0
   */
  readonly seed?: number | undefined;
  /**
   * From 0, neat digits in the middle, to 1, a scrawl.
   * @defaultValue 0.5
   */
  readonly difficulty?: number | undefined;
}

/** Options of {@link makeGlyphs}. */
export interface GlyphsOptions extends GlyphOptions, LongWork {
  /**
   * Number of training samples.
   * @defaultValue 8000
   */
  readonly trainSize?: number | undefined;
  /**
   * Number of test samples.
   * @defaultValue 2000
   */
  readonly testSize?: number | undefined;
}

/** The shape of each. */
export const GLYPH_SHAPES: Readonly<Record<GlyphsName, ImageShape>> = {
  glyphs28: [28, 28, 1],
  glyphs32: [32, 32, 3],
};

/**
 * Makes one of the embedded data sets: the digits 0 to 9, drawn stroke by stroke with random form, jitter, thickness,
 * rotation, shear, scale and place; `glyphs32` adds colours, shading, clutter and noise. They need no files and are hard
 * for a linear classifier, easy for a convolutional net.
 *
 * Each sample depends on (seed, split, id, difficulty) alone, so a larger set begins with the smaller one. Classes are
 * balanced: the label is the id modulo 10.
 *
 * @throws InputError on a difficulty outside [0, 1] or sizes that are not whole numbers of at least 1
 */
export async function makeGlyphs(name: GlyphsName, options: GlyphsOptions = {}): Promise<Dataset> {
  const { seed = 0, difficulty = DEFAULT_DIFFICULTY, trainSize = 8000, testSize = 2000, signal, onProgress } = options;
  const shape = lookUp("drawn data set", name, GLYPH_SHAPES);
  checkSeed(seed);
  checkDifficulty(difficulty);
  checkWhole("The size of the training split", trainSize, 1, MOST_SAMPLES);
  checkWhole("The size of the test split", testSize, 1, MOST_SAMPLES);
  const total = trainSize + testSize;
  const make = async (split: "train" | "test", size: number, before: number): Promise<Split> => {
    const stride = shape[0] * shape[1] * shape[2];
    const images = new Uint8Array(size * stride);
    for (let id = 0; id < size; id++) {
      if (id % 64 === 0) {
        await breathe(signal);
        onProgress?.({ task: `make ${name}`, done: before + id, total, unit: "image" });
      }
      images.set(drawGlyph(name, split, id, { seed, difficulty }), id * stride);
    }
    const ids = Int32Array.from({ length: size }, (_, id) => id);
    return { shape, size, images, labels: Int32Array.from(ids, (id) => id % 10), ids };
  };
  const train = await make("train", trainSize, 0);
  const test = await make("test", testSize, trainSize);
  onProgress?.({ task: `make ${name}`, done: total, total, unit: "image" });
  return {
    name,
    shape,
    classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    train,
    test,
    source: { kind: "procedural", generator: GENERATOR, seed, difficulty, trainSize, testSize },
  };
}

/**
 * Draws one sample of an embedded data set, bytes [height, width, channels]. Its class is `id % 10`.
 *
 * @throws InputError on a difficulty outside [0, 1] or an id that is not a whole number below a million
 */
export function drawGlyph(
  name: GlyphsName,
  split: "train" | "test",
  id: number,
  options: GlyphOptions = {},
): Uint8Array {
  const { seed = 0, difficulty = DEFAULT_DIFFICULTY } = options;
  checkWhole("The sample id", id, 0, MOST_SAMPLES - 1);
  checkDifficulty(difficulty);
  const [size] = lookUp("drawn data set", name, GLYPH_SHAPES);
  const random = keyedRandom(seed, name, split, id);
  let drawn = 0;
  const draw = () => random.at(drawn++);
  const ink = new Float32Array(size * size);
  writeDigit(ink, size, id % 10, handwriting(difficulty), draw);
  if (name === "glyphs28") return paintInk(ink);
  const noise = keyedRandom(seed, name, split, id, "noise").uniform(new Float32Array(size * size));
  return paintColour(ink, size, difficulty, draw, noise);
}

const DEFAULT_DIFFICULTY = 0.5;
/** Raised whenever the same settings give other images. */
const GENERATOR = "glyphs/1";
const MOST_SAMPLES = 1_000_000;

function checkDifficulty(difficulty: number): void {
  if (difficulty >= 0 && difficulty <= 1) return;
  throw new InputError(`The difficulty is ${show(difficulty)}; give a number from 0 to 1.`);
}
