import { InputError, show } from "@kwta/core";

/** The sparsity ratio over a training: a number for a constant one, or a schedule. */
export type Gamma = number | GammaSchedule;

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
  const { from, by, every, to } = gamma;
  // Rounded: 0.2 - 0.005 is 0.195, not 0.19500000000000001.
  return Math.max(to, Number((from - by * (Math.floor(epoch / every) + 1)).toFixed(DIGITS)));
}

/** The epochs that a schedule takes, those at its last sparsity ratio included. */
export function gammaEpochs({ from, by, every, to }: GammaSchedule): number {
  return every * Math.ceil(Number(((from - to) / by).toFixed(DIGITS)));
}

/** @throws InputError unless it stays in (0, 1) and a schedule falls */
export function checkGammaSettings(gamma: Gamma): void {
  const inside = (value: number): boolean => value > 0 && value < 1;
  if (typeof gamma === "number") {
    if (!inside(gamma)) throw new InputError(`gamma is ${show(gamma)}; it must lie between 0 and 1.`);
    return;
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
