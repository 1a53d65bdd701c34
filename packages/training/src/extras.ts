import { checkWhole, InputError, show } from "@kwta/core";
import type { TrainingExtras } from "./phase-settings.ts";

/** All of them, where 0 is none. */
export type Extras = Required<TrainingExtras>;

/**
 * Fills in the defaults.
 *
 * @throws InputError for a value out of range, and parts of a batch that would be empty
 */
export function resolveExtras(given: TrainingExtras, batchSize: number): Extras {
  const {
    clip = 0,
    accumulate = 1,
    ema = 0,
    labelSmoothing = 0,
    mixup = 0,
    cutmix = 0,
    awp = 0,
    awpWarmup = 0,
  } = given;
  checkRange("clip", clip, 0, Infinity);
  checkRange("ema", ema, 0, 0.9999999);
  checkRange("labelSmoothing", labelSmoothing, 0, 0.999);
  checkRange("mixup", mixup, 0, MOST_ALPHA);
  checkRange("cutmix", cutmix, 0, MOST_ALPHA);
  checkRange("awp", awp, 0, 1);
  checkWhole("awpWarmup", awpWarmup, 0);
  checkWhole("accumulate", accumulate, 1, batchSize);
  return { clip, accumulate, ema, labelSmoothing, mixup, cutmix, awp, awpWarmup };
}

/** Above it nearly every share is a half, and drawing one takes long. */
const MOST_ALPHA = 4;

function checkRange(name: string, value: number, least: number, most: number): void {
  if (typeof value === "number" && value >= least && value <= most) return;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new InputError(`${name} is ${show(value)}; give a number ${range}, 0 for none.`);
}
