/** A dense layer, [inputs, outputs], and what follows it. */
export interface Dense {
  readonly weights: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
  /** How many units win; undefined for ReLU, "none" for the last layer. */
  readonly winners: number | undefined | "none";
}

/** The output of a net of one input, piece by piece: on each, one set of winners is at work and the output is a line. */
export interface Pieces {
  /** Where they begin and end, ascending: one more than there are pieces. */
  readonly at: Float64Array;
  /** The output at the beginning of each piece, and at its end. */
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** [pieces, units]: 1 for a unit that wins there. The hidden layers follow one another. */
  readonly won: Uint8Array;
  /** Units of each hidden layer. */
  readonly units: readonly number[];
}

/** Pieces shorter than this share of the range are passed over: rounding could not tell their ends apart. */
const SHORTEST = 1e-9;

/** More than nets of this page can have; one that has lost its numbers would never come to an end. */
const MOST_PIECES = 20_000;

/**
 * All pieces between two inputs, computed and not sampled: from where one begins, each unit's value is a line, and the piece
 * ends where the first loser overtakes a winner, or a ReLU crosses 0.
 *
 * @param layers the first has one input, the last one output
 */
export function piecesOf(layers: readonly Dense[], from: number, to: number): Pieces {
  const units = layers.filter(({ winners }) => winners !== "none").map(({ bias }) => bias.length);
  const [at, left, right, won] = [[from], [] as number[], [] as number[], [] as Uint8Array[]];
  const nudge = SHORTEST * (to - from);
  while (at.at(-1)! < to && left.length < MOST_PIECES) {
    const start = at.at(-1)!;
    const here = start === from ? start : start + nudge;
    const { value, slope, end, winners } = follow(layers, here);
    if (!Number.isFinite(value))
      return { at: new Float64Array(0), left: NONE, right: NONE, won: new Uint8Array(0), units };
    const next = Math.min(to, Math.max(end, here + nudge));
    left.push(value + slope * (start - here));
    right.push(value + slope * (next - here));
    won.push(winners);
    at.push(next);
  }
  return {
    at: Float64Array.from(at),
    left: Float64Array.from(left),
    right: Float64Array.from(right),
    won: joined(won),
    units,
  };
}

const NONE = new Float64Array(0);

/** The piece at `x`: its line, its winners, and where it ends. */
function follow(
  layers: readonly Dense[],
  x: number,
): { readonly value: number; readonly slope: number; readonly end: number; readonly winners: Uint8Array } {
  let values: ArrayLike<number> = [x];
  let slopes: ArrayLike<number> = [1];
  let wait = Infinity;
  const winners: Uint8Array[] = [];
  for (const layer of layers) {
    const sums = [apply(layer, values, layer.bias), apply(layer, slopes, undefined)] as const;
    [values, slopes] = sums;
    if (layer.winners === "none") continue;
    const wins = whoWins(sums[0], sums[1], layer.winners);
    wait = Math.min(wait, untilChange(sums[0], sums[1], wins, layer.winners));
    for (const [unit, win] of wins.entries()) if (win === 0) sums[0][unit] = sums[1][unit] = 0;
    winners.push(wins);
  }
  return { value: values[0]!, slope: slopes[0]!, end: x + wait, winners: joined(winners) };
}

function apply({ weights, bias }: Dense, x: ArrayLike<number>, add: ArrayLike<number> | undefined): Float64Array {
  const count = bias.length;
  const sums = new Float64Array(count);
  if (add) sums.set(add as Float32Array);
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    // Losers are many.
    if (value === 0) continue;
    for (let j = 0; j < count; j++) sums[j]! += value * weights[i * count + j]!;
  }
  return sums;
}

/** As the op has it: all that reach the k-th largest win. What has just crossed is told apart by where it goes. */
function whoWins(values: Float64Array, slopes: Float64Array, k: number | undefined): Uint8Array {
  if (k === undefined)
    return Uint8Array.from(values, (value, i) => Number(value > 0 || (value === 0 && slopes[i]! > 0)));
  const bar = Float64Array.from(values).sort().at(-k)!;
  return Uint8Array.from(values, (value) => Number(value >= bar));
}

/** How far it is to where other units win. */
function untilChange(values: Float64Array, slopes: Float64Array, wins: Uint8Array, k: number | undefined): number {
  let nearest = Infinity;
  const meet = (distance: number, speed: number): void => {
    if (speed > 0 && distance / speed < nearest) nearest = distance / speed;
  };
  if (k === undefined) {
    for (const [i, value] of values.entries()) meet(Math.abs(value), value > 0 ? -slopes[i]! : slopes[i]!);
    return nearest;
  }
  const [winners, losers] = [[] as number[], [] as number[]];
  for (const [i, win] of wins.entries()) (win === 1 ? winners : losers).push(i);
  for (const w of winners) for (const l of losers) meet(values[w]! - values[l]!, slopes[l]! - slopes[w]!);
  return nearest;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
