import { InputError } from "@kwta/core";
import type { OnDivergence } from "./settings.ts";

/** A training that came to nothing, found in the middle of an epoch: a loss that is no number. */
export class DivergedError extends InputError {
  /** A sentence. */
  readonly what: string;

  constructor(what: string, advice: string) {
    super(`${what} ${advice}`);
    this.what = what;
  }
}

/** What is known at the end of an epoch, and was known before; all accuracies are shares. */
interface EpochResult {
  readonly epoch: number;
  readonly numClasses: number;
  /** Images that the steps of this epoch have classified, attacked or not, and how many of them correctly. */
  readonly seen: number;
  readonly hits: number;
  readonly robust?: number | undefined;
  readonly robustBefore?: number | undefined;
  readonly guard?: number | undefined;
  readonly guardBefore?: number | undefined;
  /** What the guard may fall by. */
  readonly mostFall?: number | undefined;
}

/** A sentence when an epoch has ended badly. */
export function findDivergence(result: EpochResult): string | undefined {
  const { epoch, numClasses, seen, hits, robust, robustBefore, guard, guardBefore, mostFall = MOST_FALL } = result;
  const overfitted = (before: number, now: number, under: string): string =>
    `Catastrophic overfitting in epoch ${epoch}: the accuracy under ${under} fell from ${percent(before)} to ` +
    `${percent(now)} while the training went on.`;
  if (guard !== undefined && guardBefore !== undefined && guardBefore - guard > mostFall) {
    return overfitted(guardBefore, guard, "the method's own PGD");
  }
  if (robust !== undefined && robustBefore !== undefined && robustBefore - robust > MOST_FALL) {
    return overfitted(robustBefore, robust, "the attack of the validation");
  }
  if (seen === 0 || epoch < EPOCHS_TO_LEARN) return undefined;
  const chance = 1 / numClasses;
  const noise = Math.sqrt((chance * (1 - chance)) / seen);
  if (hits / seen > chance + 2 * noise) return undefined;
  return `The accuracy is at chance after ${epoch} epochs: ${percent(hits / seen)} of the training images, of ${numClasses} classes.`;
}

/** Wong, Rice and Kolter take the same. */
const MOST_FALL = 0.2;
/** Before that many epochs nothing is said of a net that has not learned yet. */
const EPOCHS_TO_LEARN = 3;

/** What a person can do about it. */
export const ADVICE =
  "Train with a lower learning rate, with gradients clipped, or go back by the setting onDivergence: roll-back.";

/** @throws InputError for another word */
export function checkOnDivergence(value: OnDivergence): void {
  if (["note", "stop", "roll-back"].includes(value)) return;
  throw new InputError(`onDivergence is ${JSON.stringify(value)}; it takes note, stop or roll-back.`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
