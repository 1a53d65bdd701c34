import { InputError } from "@kwta/core";
import { compare, rate, type Paired, type Rate } from "@kwta/evaluation";
import { also, flag, list, Mismatch, object, orNull, text, whole, type Check } from "../../contract/data-checks.ts";

/** Which of the first `n` images one network gets right: results of single images, so that networks can be compared in pairs. */
export interface Standing {
  readonly n: number;
  /** Positions of the others, rising. */
  readonly wrong: readonly number[];
}

/** What one network reaches on the same images: without attack, under PGD, and in the worst case of all attacks. */
export interface Accuracies {
  readonly clean: Standing;
  readonly pgd: Standing;
  readonly adaptive: Standing;
}

/** The attacks behind robust accuracies, in words for legends. */
export interface AttackLabels {
  /** Such as `"PGD-20"`. */
  readonly pgd: string;
  /** Such as `"worst case of PGD and gate"`. */
  readonly adaptive: string;
  /** Whether that is of a whole protocol: what stands against two attacks may fall to a third. */
  readonly whole: boolean;
}

/** The share of images that stand, with its interval. */
export function rateOf({ n, wrong }: Standing): Rate {
  return rate(n - wrong.length, n);
}

/**
 * Images on which one of two stands alone.
 *
 * @throws InputError when they are of other numbers of images
 */
export function pairedOf(first: Standing, second: Standing): Paired {
  if (first.n !== second.n) {
    throw new InputError(
      `Nets were measured on ${first.n} and on ${second.n} images and cannot be compared. Measure them on the same ones.`,
    );
  }
  return compare(first.n, first.wrong, second.wrong).paired;
}

/** @see Standing */
export const standing: Check = also<Standing>(object({ n: whole, wrong: list(whole) }), ({ n, wrong }, path) => {
  const at = wrong.findIndex((position, i) => position >= n || position <= (wrong[i - 1] ?? -1));
  if (at >= 0) throw new Mismatch(`${path}.wrong[${at}] is ${wrong[at]}, expected rising positions below ${n}`);
});

/** The fields of {@link Accuracies}. */
export const accuracies: Readonly<Record<keyof Accuracies, Check>> = {
  clean: standing,
  pgd: standing,
  adaptive: standing,
};

/** {@link Accuracies} of a net that may not be there. */
export const accuraciesOrNull: Check = orNull(object(accuracies));

/** @see AttackLabels */
export const attackLabels: Check = object({ pgd: text, adaptive: text, whole: flag });
