import { activationPatterns } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Curve } from "./data.ts";

/** The two ends of a stretch of x, and the pattern at each. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly first: string;
  readonly last: string;
}

/**
 * The graph of a net of one input and one output over [0, 1], cut where its activation pattern changes. On each piece the
 * net is affine, so that its two ends say all of it. Every change that separates two of `points` equidistant inputs is
 * found, and located to a millionth. Shorter pieces are left out: where two units tie, rounding lets them win in turn.
 */
export async function affinePieces(model: LayersModel, points: number): Promise<Curve[]> {
  const grid = Array.from({ length: points }, (_, i) => i / (points - 1));
  const patterns = await patternsAt(model, grid);
  const ends: [number, number][] = [];
  let start = 0;
  for (let i = 1; i < points; i++) {
    let rest: Stretch = { from: grid[i - 1]!, to: grid[i]!, first: patterns[i - 1]!, last: patterns[i]! };
    while (rest.first !== rest.last) {
      const { before, after, pattern } = await firstChange(model, rest);
      ends.push([start, before]);
      start = after;
      rest = { ...rest, from: after, first: pattern };
    }
  }
  ends.push([start, 1]);
  const long = ends.filter(([from, to]) => to - from > 2 * RESOLUTION);
  const y = await outputsAt(model, long.flat());
  return long.map((x, i) => ({ x, y: [y[2 * i]!, y[2 * i + 1]!] }));
}

/** The place in a stretch where the pattern stops being the first. */
async function firstChange(
  model: LayersModel,
  { from, to, first, last }: Stretch,
): Promise<{ before: number; after: number; pattern: string }> {
  let [before, after, pattern] = [from, to, last];
  for (;;) {
    if (after - before <= RESOLUTION) return { before, after, pattern };
    // A few points at once cost what one costs.
    const inside = Array.from({ length: SPLIT }, (_, i) => before + ((after - before) * (i + 1)) / (SPLIT + 1));
    const patterns = await patternsAt(model, inside);
    const changed = patterns.findIndex((each) => each !== first);
    before = (changed < 0 ? inside.at(-1) : inside[changed - 1]) ?? before;
    if (changed >= 0) [after, pattern] = [inside[changed]!, patterns[changed]!];
  }
}

const SPLIT = 31;
const RESOLUTION = 1e-6;

/** The net's output at each x. */
export async function outputsAt(model: LayersModel, x: readonly number[]): Promise<number[]> {
  const y = tf.tidy(() => model.apply(tf.tensor2d([...x], [x.length, 1]), { training: false }) as tf.Tensor2D);
  const values = await y.data();
  y.dispose();
  return [...values];
}

/** A text for each x that is the same exactly where all layers have the same winners. */
async function patternsAt(model: LayersModel, x: readonly number[]): Promise<string[]> {
  const input = tf.tensor2d([...x], [x.length, 1]);
  try {
    const { layers } = await activationPatterns(model, input, { batchSize: 512 });
    return x.map((_, i) => layers.map(({ bits, stride }) => bits.subarray(i * stride, (i + 1) * stride).join()).join());
  } finally {
    input.dispose();
  }
}
