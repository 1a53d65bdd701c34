import { InputError, show } from "@kwta/core";

/** The learning rate over a training: a number for a constant one, or one of the shapes below. */
export type LearningRate = number | OneCycle | Steps;

/** Rises linearly from 0 to `peak` over the first `warmup` of all steps, then falls linearly to 0. */
export interface OneCycle {
  readonly shape: "one-cycle";
  readonly peak: number;
  /** Share of all steps, in (0, 1). */
  readonly warmup: number;
}

/** `start`, multiplied by `factor` at the beginning of each of `epochs` (the paper: 0.1, times 0.1 at epoch 50 of 80). */
export interface Steps {
  readonly shape: "steps";
  readonly start: number;
  readonly factor: number;
  readonly epochs: readonly number[];
}

/** Where a training is: the step about to be made, counted from 0, and the steps in an epoch and in all. */
export interface Position {
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** The learning rate for one step. */
export function learningRateAt(rate: LearningRate, { step, stepsPerEpoch, totalSteps }: Position): number {
  if (typeof rate === "number") return rate;
  if (rate.shape === "steps") {
    const epoch = Math.floor(step / stepsPerEpoch);
    return rate.start * rate.factor ** rate.epochs.filter((start) => epoch >= start).length;
  }
  const turn = rate.warmup * totalSteps;
  const at = step + 0.5;
  return rate.peak * (at < turn ? at / turn : (totalSteps - at) / (totalSteps - turn));
}

/** @throws InputError unless every number of it is positive and finite, and shares lie in (0, 1) */
export function checkLearningRate(rate: LearningRate): void {
  const positive = (value: number): boolean => Number.isFinite(value) && value > 0;
  const usable =
    typeof rate === "number"
      ? positive(rate)
      : rate.shape === "one-cycle"
        ? positive(rate.peak) && rate.warmup > 0 && rate.warmup < 1
        : positive(rate.start) && positive(rate.factor);
  if (!usable) throw new InputError(`The learning rate ${show(rate)} cannot be used: rates must be positive numbers.`);
}
