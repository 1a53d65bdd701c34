import { apgd, apgdT, fabT, square } from "@kwta/attacks";
import { inBalls } from "./in-balls.ts";
import { defineProtocol, type ProtocolEntryDefinition, type ProtocolMaker } from "./protocol.ts";

const ROUND = ["linf", "l2"] as const;

/** The attacks of AutoAttack's `standard` version, each on what stands after the ones before. */
export const STANDARD: readonly ProtocolEntryDefinition[] = inBalls([
  { id: "apgd-ce", attack: apgd, on: "survivors", norms: ROUND },
  { id: "apgd-ce", attack: apgd({ restarts: 5 }), on: "survivors", norms: ["l1"] },
  { id: "apgd-t", attack: apgdT, on: "survivors", norms: ROUND },
  { id: "apgd-t", attack: apgdT({ targets: 5 }), on: "survivors", norms: ["l1"] },
  { id: "fab-t", attack: fabT, on: "survivors" },
  { id: "square", attack: square, on: "survivors" },
]);

/**
 * AutoAttack's `standard` version with its constants: APGD on the cross-entropy, APGD-T, FAB-T, Square; in L1 five starts of
 * the first and five classes of the second.
 *
 * @see Croce, Hein, ICML 2020, arXiv 2003.01690; `autoattack.py` of its authors
 */
export const standard: ProtocolMaker<Readonly<Record<never, never>>> = defineProtocol({
  id: "standard",
  version: 1,
  summary:
    "AutoAttack's standard: APGD-CE, APGD-T, FAB-T, Square; linf, l2, l1. 1,900 gradients and 8,700 queries of a sample that stands.",
  params: {},
  entries: () => STANDARD,
});
