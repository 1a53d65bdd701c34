import { apgd, eot } from "@kwta/attacks";
import { inBalls } from "./in-balls.ts";
import { defineProtocol, type ProtocolMaker } from "./protocol.ts";

/**
 * AutoAttack's `rand` version, for models that answer at random: APGD on the cross-entropy and on DLR, each gradient the mean
 * of 20 draws. AutoAttack judges by one draw; verdicts here are those of the mean scores of 20.
 *
 * @see `autoattack.py` of its authors
 */
export const rand: ProtocolMaker<Readonly<Record<never, never>>> = defineProtocol({
  id: "rand",
  version: 1,
  summary:
    "AutoAttack's rand, for models that answer at random: APGD-CE and APGD-DLR over 20 draws; linf, l2, l1. 4,000 gradients of a sample that stands.",
  params: {},
  entries: () =>
    inBalls([
      { id: "apgd-ce", attack: eot(apgd, { draws: 20 }), on: "survivors" },
      { id: "apgd-dlr", attack: eot(apgd({ loss: "dlr" }), { draws: 20 }), on: "survivors" },
    ]),
});
