import { object, orNull, share, text, whole, type Check } from "../../contract/data-checks.ts";

/** A share of `count` samples, with its confidence interval. All three numbers lie in [0, 1]. */
export interface AccuracyEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** What one network reaches: without attack, under PGD, and under the adaptive attack where it was measured. */
export interface Accuracies {
  readonly clean: AccuracyEstimate;
  readonly pgd: AccuracyEstimate;
  readonly adaptive: AccuracyEstimate | null;
}

/** The two attacks behind robust accuracies, in words for legends. */
export interface AttackLabels {
  /** Such as `"PGD-20"`. */
  readonly pgd: string;
  /** Such as `"adaptive attack"`. */
  readonly adaptive: string;
}

const estimate = object({ value: share, low: share, high: share, count: whole });

/** The fields of {@link Accuracies}. */
export const accuracies: Readonly<Record<keyof Accuracies, Check>> = {
  clean: estimate,
  pgd: estimate,
  adaptive: orNull(estimate),
};

/** @see AttackLabels */
export const attackLabels: Check = object({ pgd: text, adaptive: text });
