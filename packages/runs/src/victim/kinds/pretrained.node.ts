import { isPretrained, loadPretrained, pretrainedCard } from "@kwta/pretrained";
import { networkVictim } from "../network-victim.ts";
import type { VictimKind } from "./kind.ts";

/** A net of the package of trained nets. */
export const pretrained: VictimKind = {
  name: "pretrained",
  called: "a pretrained net (pretrained:NAME)",
  options: ["exactBatchNorm"],
  async is(what) {
    if (!isPretrained(what)) return false;
    // Refuses a name that it does not know.
    pretrainedCard(what);
    return true;
  },
  async open(settings) {
    return networkVictim(await loadPretrained(settings.what), settings);
  },
};
