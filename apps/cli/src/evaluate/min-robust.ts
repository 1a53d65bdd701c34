import { InputError, parseNumber, show } from "@kwta/core";
import type { Evaluation } from "@kwta/evaluation";
import { ShortfallError } from "../shortfall-error.ts";

/** The share that `--min-robust` asks for: `0.3` or `30%`. @throws InputError for what is none */
export function readMinRobust(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const share = value.endsWith("%") ? parseNumber(value.slice(0, -1)) / 100 : parseNumber(value);
  if (share >= 0 && share <= 1) return share;
  throw new InputError(`--min-robust is ${show(value)}; it must be a share of the images, such as 0.3 or 30%.`);
}

/**
 * Holds the robust accuracy at the largest eps against what was asked for.
 *
 * @throws ShortfallError where it is less, and where it is not to be believed: a number with a red flag, or one that attacks
 * are missing from
 */
export function checkMinRobust({ robust, n }: Evaluation, least: number | undefined): void {
  const worst = robust.at(-1);
  if (least === undefined || worst === undefined) return;
  const { eps, accuracy, flagged, complete } = worst;
  const found = `The robust accuracy at eps ${eps} is ${percent(accuracy.value)} of ${n} images`;
  if (accuracy.value < least) throw new ShortfallError(`${found}, less than --min-robust ${percent(least)}.`);
  if (flagged) throw new ShortfallError(`${found}, but a red flag says that this number is not to be believed.`);
  if (!complete) throw new ShortfallError(`${found} so far, but not all attacks were run to their end.`);
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}
