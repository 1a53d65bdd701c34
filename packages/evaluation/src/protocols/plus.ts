import { apgd, apgdT, fab, multiTarget, square } from "@kwta/attacks";
import { inBalls } from "./in-balls.ts";
import { defineProtocol, type ProtocolMaker } from "./protocol.ts";

/**
 * AutoAttack's `plus` version with its constants: five starts of APGD on the cross-entropy, of APGD on DLR and of FAB, then
 * Square, APGD-T, and five starts of FAB-T.
 *
 * @see `autoattack.py` of its authors, whose two forms of FAB share the number of starts
 */
export const plus: ProtocolMaker<Readonly<Record<never, never>>> = defineProtocol({
  id: "plus",
  version: 1,
  summary:
    "AutoAttack's plus: five starts of APGD-CE, APGD-DLR, FAB and FAB-T, Square, APGD-T; linf, l2, l1. Some 11,000 gradients of a sample that stands.",
  params: {},
  entries: () =>
    inBalls([
      { id: "apgd-ce", attack: apgd({ restarts: 5 }), on: "survivors" },
      { id: "apgd-dlr", attack: apgd({ loss: "dlr", restarts: 5 }), on: "survivors" },
      { id: "fab", attack: fab({ restarts: 5 }), on: "survivors" },
      { id: "square", attack: square, on: "survivors" },
      { id: "apgd-t", attack: apgdT, on: "survivors" },
      { id: "fab-t", attack: multiTarget(fab({ restarts: 5, rivals: 1 }), { targets: 9 }), on: "survivors" },
    ]),
});
