import { setGamma } from "@kwta/op";
import type { PhaseRun } from "./running.ts";
import { setWeights } from "./weights.ts";

/**
 * Goes back to the last epoch that was good, if that is asked for and there is one, and says so among the metrics.
 *
 * @returns whether it did
 */
export function rollBack(run: PhaseRun, what: string, step: number, epoch: number): boolean {
  const { model, onDivergence, options, state } = run;
  if (onDivergence !== "roll-back" || state.good === undefined) return false;
  setWeights(model, state.good, "The last good epoch");
  const { goodGamma } = state.memory;
  if (goodGamma !== undefined) setGamma(model, goodGamma);
  options.onMetrics?.({ kind: "divergence", step, epoch, what, rolledBack: true });
  return true;
}
