import type { FigureNote } from "../contract/figure-file.ts";
import { judge, testsText } from "../contract/judge.ts";
import { advantage, SMALL, unfairText } from "../shared/accuracies/advantage.ts";
import { percentOf } from "../shared/accuracies/lines.ts";
import type { ResultRow, ResultTable } from "./data.ts";

/** Whether k-WTA is ahead of ReLU after the same training: in the worst case of the paper's attacks, and of all. */
export function notes({ rows, protocol }: ResultTable): FigureNote[] {
  const groups = groupsOf(rows);
  const measures = [
    { measure: "worst", claim: "ahead-in-table", what: "the worst case of the paper's attacks" },
    {
      measure: "adaptive",
      claim: "ahead-in-worst-case",
      what: `the worst case of the paper's attacks and of ${protocol}`,
    },
  ] as const;
  return [
    ...measures.flatMap(({ measure, claim, what }) =>
      groups.map(({ relu, kwta }): FigureNote => ({ claim, ...compare(relu, kwta, measure, what) })),
    ),
    ...alone(rows),
  ];
}

/** ReLU's net of a method, with those of k-WTA that were trained as it was. */
interface Group {
  readonly relu: ResultRow;
  readonly kwta: readonly ResultRow[];
}

function groupsOf(rows: readonly ResultRow[]): Group[] {
  return rows
    .filter(({ activation }) => activation === "relu")
    .map((relu) => ({ relu, kwta: rows.filter((row) => isKwta(row) && isTrainedAlike(row, relu)) }))
    .filter(({ kwta }) => kwta.length > 0);
}

const isKwta = ({ activation }: ResultRow): boolean => activation.startsWith("kwta:");

function isTrainedAlike(one: ResultRow, two: ResultRow): boolean {
  return (["network", "method", "training"] as const).every((part) => one[part] === two[part]);
}

function compare(
  relu: ResultRow,
  kwta: readonly ResultRow[],
  measure: "worst" | "adaptive",
  what: string,
): Pick<FigureNote, "kind" | "text"> {
  const comparisons = kwta.map((row) => advantage(row.activation, measure, row, relu));
  const { kind, tests } = judge(comparisons, { need: "some", margin: SMALL });
  const each = kwta.map((row) => `${percentOf(row[measure])} of ${row.activation}`).join(", ");
  return {
    kind,
    text:
      `${relu.network}, ${relu.method} training (${relu.training}): ${what} leaves ${each} and ${percentOf(relu[measure])} of ReLU. k-WTA ` +
      `against ReLU, ${relu.clean.n} images, Holm over ${tests.length}: ${testsText(tests, "with")}.` +
      (kind === "agrees" ? "" : unfairText(comparisons, "with")),
  };
}

/** Which nets of k-WTA stand beside none of ReLU. */
function alone(rows: readonly ResultRow[]): FigureNote[] {
  const relus = rows.filter(({ activation }) => activation === "relu");
  const found = rows.filter((row) => isKwta(row) && !relus.some((relu) => isTrainedAlike(row, relu)));
  if (found.length === 0) return [];
  const names = found.map(({ network, activation, method }) => `${activation} (${network}, ${method})`);
  return [
    { kind: "note", text: `Without a net of ReLU that was trained alike, and so not judged: ${names.join(", ")}.` },
  ];
}
