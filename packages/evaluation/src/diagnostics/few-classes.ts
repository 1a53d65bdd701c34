import type { AttackEvaluation } from "../evaluation.ts";
import { countingAttacks, outOf, type Check } from "./check.ts";

/** AutoAttack's flag: losses and targets that need more classes than there are. */
export const fewClasses: Check = {
  id: "few-classes",
  summary: "attacks that need more classes than the model has",
  look({ report, probes }) {
    if ("notRun" in probes) return probes;
    const classes = probes.classifier.numClasses;
    return countingAttacks(report).flatMap(({ id, provenance }) => {
      const wanted = targetsOf(provenance);
      const usesDlr = lossesOf(provenance).includes("dlr");
      if (wanted < classes && !(usesDlr && classes < DLR_CLASSES)) return [];
      const seen =
        wanted < classes
          ? `${id} maximises a ratio of logits that needs ${DLR_CLASSES} classes, and the model has ${classes}.`
          : `${id} is to go for ${wanted} wrong classes, and there are ${outOf(classes - 1, wanted)}.`;
      return [
        {
          severity: "note",
          attack: id,
          seen,
          suggests: "It does less than its name says, though no less than there is to do.",
          next: "Nothing, if the other attacks were run; else add apgd:loss=margin.",
        },
      ];
    });
  },
};

/** The targeted ratio needs four. */
const DLR_CLASSES = 4;

function targetsOf({ id, params, of }: AttackEvaluation["provenance"]): number {
  const own = id === "kwta/multi-target" ? (params["targets"] as number) : 0;
  return Math.max(own, ...of.map(targetsOf));
}

function lossesOf({ params, of }: AttackEvaluation["provenance"]): unknown[] {
  return [params["loss"], ...of.flatMap(lossesOf)];
}
