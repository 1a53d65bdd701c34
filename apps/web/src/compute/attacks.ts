import { parseAttack, transferFrom, type Attack, type Classifier } from "@kwta/attacks";
import type { NetName } from "./playground.ts";

/** The attack that a text means. `transfer-other(...)` makes its points on `other`. */
export function attackOf(text: string, other: Classifier): Attack {
  return parseAttack(text, [transferFrom(other, "other")]);
}

/** The net that a transfer attack on this one comes from. */
export function otherThan(net: NetName): NetName {
  return net === "relu" ? "kwta" : "relu";
}
