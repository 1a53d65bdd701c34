import { lookUp } from "@kwta/core";
import { crossEntropy } from "./cross-entropy.ts";
import { dlr } from "./dlr.ts";
import type { Goal } from "./goal.ts";
import type { Loss, PerSampleLoss } from "./loss.ts";
import { margin } from "./margin.ts";
import { probabilityMargin } from "./probability-margin.ts";

/** Every loss, by name. All are maximised. */
const LOSSES: Readonly<Record<"margin" | "cross-entropy" | "dlr" | "probability-margin", Loss>> = {
  margin,
  "cross-entropy": crossEntropy,
  dlr,
  "probability-margin": probabilityMargin,
};

/** The name of a loss. */
export type LossName = keyof typeof LOSSES;

/** For `choices` of a parameter. */
export const LOSS_NAMES: readonly LossName[] = Object.keys(LOSSES) as LossName[];

/**
 * The loss that an attack maximises to reach a goal.
 *
 * @throws InputError for an unknown name
 */
export function perSampleLoss(name: LossName, goal: Goal): PerSampleLoss {
  return lookUp("loss", name, LOSSES)(goal);
}
