import { epsText } from "@kwta/core";
import type { FigureNote } from "../contract/figure-file.ts";
import { judge, testsText } from "../contract/judge.ts";
import { SMALL } from "../shared/accuracies/advantage.ts";
import { pairedOf } from "../shared/accuracies/data.ts";
import { percentOf } from "../shared/accuracies/lines.ts";
import type { GalleryData } from "./data.ts";

/** Whether `adaptive` leaves less than `standard` of each activation that hides its gradient, and what it leaves of all. */
export function notes({ rows, eps }: GalleryData): FigureNote[] {
  const hiding = rows.filter(({ hides }) => hides);
  const { kind, tests } = judge(
    hiding.map(({ activation, standard, adaptive }) => ({ name: activation, paired: pairedOf(standard, adaptive) })),
    { need: "all", margin: SMALL },
  );
  const claim: FigureNote = {
    claim: "family-breaks",
    kind,
    text:
      `At ε = ${epsText(eps)}, adaptive leaves less than standard: ` +
      `${hiding.map(({ activation, standard, adaptive }) => `${percentOf(adaptive)} against ${percentOf(standard)} of ${activation}`).join(", ")}. ` +
      `${rows[0]!.clean.n} images, Holm over ${tests.length}: ${testsText(tests)}.`,
  };
  return [
    ...(hiding.length === 0 ? [] : [claim]),
    ...rows.map(({ label, clean, standard, adaptive }): FigureNote => ({
      kind: "note",
      text: `${label}: ${percentOf(clean)} without attack, ${percentOf(standard)} under standard, ${percentOf(adaptive)} under adaptive.`,
    })),
  ];
}
