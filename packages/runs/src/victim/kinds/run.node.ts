import { loadRunModel } from "../../load-run-model.node.ts";
import { hasRun } from "../../run-folder.node.ts";
import { networkVictim } from "../network-victim.ts";
import type { VictimKind } from "./kind.ts";

/** The network that a run left. */
export const run: VictimKind = {
  name: "run",
  called: "a run folder of kwta train",
  options: ["gamma", "exactBatchNorm"],
  is: async (what) => hasRun(what),
  async open(settings) {
    const model = await loadRunModel(settings.what, settings.gamma);
    return networkVictim(model, settings);
  },
};
