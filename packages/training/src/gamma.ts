import { InputError, show } from "@kwta/core";

/** The sparsity ratio over a training: a number for a constant one, equal cuts, or points of any course. */
export type Gamma = number | GammaSchedule | readonly GammaPoint[];

/** The sparsity ratio at the beginning of an epoch, counted from 0. Between two points it moves along a line. */
export type GammaPoint = readonly [epoch: number, gamma: number];

/**
 * `from` minus `by` at the beginning of the first epoch and after each `every` epochs, down to `to`. Epochs are counted
 * from the beginning of the settings that the schedule belongs to.
 */
export interface GammaSchedule {
  readonly from: number;
  readonly by: number;
  readonly every: number;
  readonly to: number;
}

/** The sparsity ratio in an epoch, counted from 0. */
export function gammaAt(gamma: Gamma, epoch: number): number {
  if (typeof gamma === "number") return gamma;
  if (isPoints(gamma)) return between(gamma, epoch);
  const { from, by, every, to } = gamma;
  // Rounded: 0.2 - 0.005 is 0.195, not 0.19500000000000001.
  return Math.max(to, round(from - by * (Math.floor(epoch / every) + 1)));
}

/** As the points say; before the first and after the last of them, as at those. */
function between(points: readonly GammaPoint[], epoch: number): number {
  const next = points.findIndex(([at]) => at > epoch);
  if (next <= 0) return points.at(next === 0 ? 0 : -1)![1];
  const [[before, from], [after, to]] = [points[next - 1]!, points[next]!];
  return round(from + ((to - from) * (epoch - before)) / (after - before));
}

function isPoints(gamma: Gamma): gamma is readonly GammaPoint[] {
  return Array.isArray(gamma);
}

function round(value: number): number {
  return Number(value.toFixed(DIGITS));
}

/**
 * Reads a sparsity ratio over a training: `"0.1"`, or points `"0=0.3,10=0.1"`, each an epoch, counted from 0, and the ratio
 * at its beginning.
 *
 * @throws InputError for anything else, and ratios that cannot be
 */
export function parseGamma(text: string): Gamma {
  const numbers = text
    .split(",")
    .map((each) => each.split("=").map((part) => (part.trim() === "" ? NaN : Number(part))));
  const isNumber = numbers.length === 1 && numbers[0]!.length === 1;
  if (numbers.flat().some(Number.isNaN) || (!isNumber && numbers.some(({ length }) => length !== 2))) {
    throw new InputError(
      `${show(text)} is no sparsity ratio over a training. Write a number, 0.1, or EPOCH=GAMMA points, 0=0.3,10=0.1.`,
    );
  }
  const gamma = isNumber ? numbers[0]![0]! : (numbers as unknown as readonly GammaPoint[]);
  checkGammaSettings(gamma);
  return gamma;
}

/** The epochs that a schedule takes, those at its last sparsity ratio included. */
export function gammaEpochs({ from, by, every, to }: GammaSchedule): number {
  return every * Math.ceil(Number(((from - to) / by).toFixed(DIGITS)));
}

/** @throws InputError unless it stays in (0, 1), cuts make it fall, and points come one after the other */
export function checkGammaSettings(gamma: Gamma): void {
  const inside = (value: number): boolean => value > 0 && value < 1;
  if (typeof gamma === "number") {
    if (!inside(gamma)) throw new InputError(`gamma is ${show(gamma)}; it must lie between 0 and 1.`);
    return;
  }
  if (isPoints(gamma)) {
    const isPoint = ([epoch, value]: GammaPoint, i: number): boolean =>
      Number.isInteger(epoch) && epoch >= 0 && inside(value) && (i === 0 || epoch > gamma[i - 1]![0]);
    if (gamma.length > 0 && gamma.every(isPoint)) return;
    throw new InputError(
      `The points of the sparsity ratio are ${show(gamma)}: give [epoch, gamma] each, whole epochs from 0 on that rise, ` +
        "and gammas between 0 and 1.",
    );
  }
  const { from, by, every, to } = gamma;
  const falls = inside(from) && inside(to) && to < from && by >= 10 ** -DIGITS && Number.isInteger(every) && every > 0;
  if (!falls) {
    throw new InputError(
      `The sparsity ratio cannot fall from ${show(from)} by ${show(by)} every ${show(every)} epochs to ${show(to)}: ` +
        "both ends must lie between 0 and 1, the end below the start, and the other two be positive, epochs whole.",
    );
  }
}

const DIGITS = 8;
