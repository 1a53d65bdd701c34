import { epsText } from "@kwta/core";
import type { FigureNote } from "../contract/figure-file.ts";
import { judge, testsText } from "../contract/judge.ts";
import { ofFewAttacks, SMALL } from "../shared/accuracies/advantage.ts";
import { pairedOf, type Accuracies, type AttackLabels } from "../shared/accuracies/data.ts";
import { measures, percentOf, type Measure } from "../shared/accuracies/lines.ts";
import type { Figure6Data, TrainingSweep } from "./data.ts";

/** Which way of training is ahead, in each measure: a claim of its own, tested at every sparsity ratio. */
export function notes({ networks, attacks }: Figure6Data): FigureNote[] {
  return networks.flatMap((network) => measures.flatMap((measure) => describe(network, measure, attacks)));
}

function describe({ label, eps, rows }: TrainingSweep, measure: Measure, attacks: AttackLabels): FigureNote[] {
  const both = rows.flatMap(({ gamma, direct, incremental }) =>
    direct === null || incremental === null ? [] : [{ gamma, direct, incremental }],
  );
  if (both.length === 0) return [];
  const { kind: judged, tests } = judge(
    both.map(({ gamma, direct, incremental }) => ({
      name: `γ = ${gamma}`,
      paired: pairedOf(incremental[measure], direct[measure]),
    })),
    { need: "all", margin: SMALL },
  );
  const { kind, text } = measure === "adaptive" ? ofFewAttacks(judged, attacks) : { kind: judged, text: "" };
  const where =
    measure === "clean"
      ? "without attack"
      : measure === "pgd"
        ? `under PGD at ε = ${epsText(eps)}`
        : `in the ${attacks.adaptive} at ε = ${epsText(eps)}`;
  const pair = ({ incremental, direct }: { incremental: Accuracies; direct: Accuracies }): string =>
    `${percentOf(incremental[measure])} against ${percentOf(direct[measure])}`;
  return [
    {
      claim: "incremental",
      kind,
      text:
        `${label} ${where}, incremental against direct training: ${both.map((row) => `${pair(row)} at γ = ${row.gamma}`).join(", ")}. ` +
        `Incremental training, ${both[0]!.direct.clean.n} images, Holm over ${tests.length}: ${testsText(tests)}.${text}`,
    },
  ];
}
