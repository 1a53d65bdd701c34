import type { FigureNote } from "../contract/figure-file.ts";
import { judge, testsText } from "../contract/judge.ts";
import { advantage, SMALL, unfairText } from "../shared/accuracies/advantage.ts";
import { percentOf } from "../shared/accuracies/lines.ts";
import type { ResultRow, ResultTable } from "./data.ts";

/** Whether k-WTA is ahead of ReLU after the same training: in the worst case of the paper's attacks, and of all. */
export function notes({ rows }: ResultTable): FigureNote[] {
  const networks = [...new Set(rows.map(({ network }) => network))];
  return networks.flatMap((network) =>
    (["worst", "adaptive"] as const).flatMap((measure) =>
      compare(
        rows.filter((row) => row.network === network),
        measure,
      ),
    ),
  );
}

function compare(rows: readonly ResultRow[], measure: "worst" | "adaptive"): FigureNote[] {
  const pairs = rows
    .filter(({ activation }) => activation.startsWith("kwta:"))
    .flatMap((kwta) => {
      const relu = rows.find(({ method, activation }) => method === kwta.method && activation === "relu");
      return relu === undefined ? [] : [{ kwta, relu }];
    });
  if (pairs.length === 0) return [];
  const { kind, tests } = judge(
    pairs.map(({ kwta, relu }) => {
      const name = `${kwta.activation} (${kwta.method}, ${percentOf(kwta[measure])} to ${percentOf(relu[measure])})`;
      return advantage(name, measure, kwta, relu);
    }),
    { need: "all", margin: SMALL },
  );
  const what =
    measure === "worst" ? "the worst case of the paper's attacks" : "the worst case with the protocol adaptive";
  return [
    {
      claim: measure === "worst" ? "ahead-in-table" : "ahead-in-worst-case",
      kind,
      text:
        `${rows[0]!.network}: in ${what}, k-WTA is ahead of ReLU after the same training. ` +
        `${rows[0]!.clean.n} images, Holm over ${tests.length}: ${testsText(tests)}.` +
        (kind === "agrees" ? "" : unfairText(tests)),
    },
  ];
}
