import type { NamedTensor } from "@kwta/core";
import type { Normalization } from "../build/normalization.ts";

/**
 * Whether a tensor that belongs to no weight is one that nobody needs to compute with: batch norm's counters, the extra state
 * of modules, the second copy of the first block in TRADES's WideResNet, an unused head of RobustBench's models, the counters
 * of profilers and of averaged models.
 */
export function isKnownExtra(name: string): boolean {
  return EXTRAS.some((pattern) => pattern.test(name));
}

const EXTRAS: readonly RegExp[] = [
  /(^|\.)num_batches_tracked$/,
  /(^|\.)_extra_state$/,
  /(^|\.)sub_block1\./,
  /(^|\.)model_preact_hl1\./,
  /(^|\.)total_(ops|params)$/,
  /(^|\.)n_averaged$/,
];

/** The names of the mean and the standard deviation of images in a file. */
export interface NormalizationNames {
  readonly mean: string;
  readonly std: string;
}

/**
 * The mean and the standard deviation that a net with its normalisation inside brings: `mu` and `sigma`, `mean` and `std`,
 * `normalizer.new_mean` and `normalizer.new_std`, ... Of several, the first.
 */
export function normalizationIn(names: readonly string[]): NormalizationNames | undefined {
  const all = new Set(names);
  for (const mean of names) {
    const [, parent, word] = MEAN.exec(mean) ?? [];
    if (word === undefined) continue;
    const std = `${parent}${word === "mu" ? "sigma" : word.replace("mean", "std")}`;
    if (all.has(std)) return { mean, std };
  }
  return undefined;
}

const MEAN = /^((?:.*\.)?)(mu|(?!running_)_?(?:[a-z0-9]{1,20}_)?means?)$/;

/**
 * The normalisation that a file brings under these names. What is meant for images from 0 to 255, as a mean above 1 shows,
 * is divided by 255.
 */
export function normalizationFrom(
  { mean, std }: NormalizationNames,
  tensors: ReadonlyMap<string, NamedTensor>,
): Normalization {
  const [means, stds] = [mean, std].map((name) => [...tensors.get(name)!.data]) as [number[], number[]];
  const scale = means.some((value) => value > 1) ? 255 : 1;
  return { mean: means.map((value) => value / scale), std: stds.map((value) => value / scale) };
}
