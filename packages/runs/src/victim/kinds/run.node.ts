import { InputError, lookUp } from "@kwta/core";
import { loadRunModel } from "../../load-run-model.node.ts";
import { hasRun } from "../../run-folder.node.ts";
import { networkVictim } from "../network-victim.ts";
import type { VictimOptions } from "../victim-settings.ts";
import type { VictimKind } from "./kind.ts";

/** The network that a run left. */
export const run: VictimKind = {
  name: "run",
  called: "a run folder of kwta train",
  options: ["gamma", "checkpoint", "exactBatchNorm"],
  is: async (what) => hasRun(what),
  async open(settings) {
    return networkVictim(await loadRunModel(settings.what, whichWeights(settings)), settings);
  },
};

/** Which of the weights that a run kept; undefined for those of its end. */
function whichWeights({ gamma, checkpoint = "last" }: VictimOptions): number | "best" | undefined {
  const at = lookUp("checkpoint", checkpoint, { last: undefined, best: "best" } as const);
  if (gamma === undefined || at === undefined) return gamma ?? at;
  throw new InputError("Of each gamma a run keeps the last weights only. Give one of gamma and checkpoint.");
}
