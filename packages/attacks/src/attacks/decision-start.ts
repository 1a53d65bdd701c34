import type { Searching, SearchSample } from "../contract/search.ts";
import { between, minus, sizeIn } from "./vectors.ts";

/** How many random images a decision attack asks about to find one that reaches the goal. */
export const START = {
  type: "integer",
  default: 100,
  min: 1,
  description: "Random images that are tried as a start, where none is given.",
} as const;

type Sample = Pick<SearchSample<unknown>, "x" | "start" | "shape" | "norm" | "bounds" | "random">;

/**
 * A point that reaches the goal, from which a decision attack sets out: where the run says, or the first of some random
 * images, of fine and coarse grain by turns, since a model may take all fine noise for one class. Undefined if there is
 * none.
 */
export function* findStart(sample: Sample, draws: number): Searching<Float32Array | undefined> {
  if (sample.start !== undefined) {
    const { values } = yield { points: [sample.start] };
    if (values[0] === 1) return sample.start;
  }
  for (let i = 0; i < draws; i++) {
    const image = randomImage(sample, i);
    const { values } = yield { points: [image] };
    if (values[0] === 1) return image;
  }
  return undefined;
}

function randomImage({ shape: [height, width, channels], bounds, random }: Sample, i: number): Float32Array {
  const grains = 1 + Math.floor(Math.log2(Math.max(1, Math.min(height, width))));
  const grain = 2 ** (i % grains);
  const [rows, columns] = [Math.ceil(height / grain), Math.ceil(width / grain)];
  const blocks = random("start", i).uniform(new Float32Array(rows * columns * channels), bounds.min, bounds.max);
  return Float32Array.from({ length: height * width * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    const [row, column] = [Math.floor(pixel / width / grain), Math.floor((pixel % width) / grain)];
    return blocks[(row * columns + column) * channels + (at % channels)]!;
  });
}

/**
 * The way from a point that reaches the goal to the input, by bisection until the border is known to this share of the
 * way: along the straight line, in the maximum norm by shrinking the largest moves. Returns the last point that reached
 * the goal.
 */
export function* toBorder(sample: Sample, from: Float32Array, precision: number): Searching<Float32Array> {
  const { x, norm } = sample;
  const far = norm === "linf" ? sizeIn("linf", minus(from, x)) : 1;
  const at = (share: number): Float32Array =>
    norm === "linf" ? limited(x, from, share * far) : between(x, from, share);
  let [low, high, best] = [0, 1, from];
  while (high - low > precision) {
    const middle = (low + high) / 2;
    // Nearer than numbers can tell.
    if (middle <= low || middle >= high) break;
    const point = at(middle);
    const { values } = yield { points: [point] };
    if (values[0] === 1) [high, best] = [middle, point];
    else low = middle;
  }
  return best;
}

/** No value farther from `x` than `most`. */
function limited(x: Float32Array, from: Float32Array, most: number): Float32Array {
  return x.map((value, i) => Math.min(value + most, Math.max(value - most, from[i]!)));
}
