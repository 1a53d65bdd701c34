import { epsText } from "@kwta/core";
import type { Evaluation } from "@kwta/evaluation";
import { formatTable, htmlReport, type HtmlReportData, type TableCell, type TableData } from "@kwta/viz";
import { targetWord } from "../goal.ts";
import { robustChart } from "../page/charts.ts";
import { whatToKnow } from "../what-to-know.ts";
import { hasRun, rateCell, robustName } from "../words.ts";
import { agreement, type Agreement } from "./agreement.ts";

/** An evaluation under the name that a comparison gives it. */
export type NamedEvaluation = readonly [name: string, evaluation: Evaluation];

/** A comparison as data. */
export interface Comparison {
  readonly schema: "kwta-comparison@1";
  readonly evaluations: readonly {
    readonly name: string;
    readonly clean: Evaluation["clean"];
    readonly robust: readonly (Pick<Evaluation["robust"][number], "eps" | "accuracy"> & { readonly is: string })[];
    readonly totals: Pick<Evaluation["totals"], "queries" | "gradients" | "seconds">;
  }[];
  /** Each pair of evaluations of the same samples. */
  readonly agreements: readonly (Agreement & { readonly first: string; readonly second: string })[];
}

/** Evaluations side by side, as data. */
export function compareEvaluations(named: readonly NamedEvaluation[]): Comparison {
  return {
    schema: "kwta-comparison@1",
    evaluations: named.map(([name, evaluation]) => {
      const { clean, robust, totals } = evaluation;
      const { queries, gradients, seconds } = totals;
      const each = robust.map((one) => ({ eps: one.eps, accuracy: one.accuracy, is: robustName(one, evaluation) }));
      return { name, clean, robust: each, totals: { queries, gradients, seconds } };
    }),
    agreements: named.flatMap(([first, a], i) =>
      named.slice(i + 1).flatMap(([second, b]) => agreement(a, b).map((each) => ({ ...each, first, second }))),
    ),
  };
}

/** Evaluations side by side, for a terminal. */
export function comparisonText(named: readonly NamedEvaluation[]): string {
  const tables = [comparisonTable(named), ...agreementTables(named)];
  return [...tables.map((table) => formatTable(table)), ...warnings(named)].join("\n\n");
}

/** Evaluations side by side, as a page. */
export async function comparisonHtml(named: readonly NamedEvaluation[]): Promise<string> {
  return htmlReport(await page(named));
}

async function page(named: readonly NamedEvaluation[]): Promise<HtmlReportData> {
  const agreements = agreementTables(named);
  const flags = warnings(named);
  return {
    title: `${named.length} evaluations side by side`,
    summary: named.map(([name]) => name).join(", "),
    sections: [
      ...(flags.length === 0
        ? []
        : [{ heading: "Read this first", blocks: [{ notes: flags.map((text) => ({ text })) }] }]),
      {
        heading: "Accuracy",
        blocks: [
          { svg: await robustChart(named), caption: "Bands are 95 % confidence intervals (Wilson)." },
          { table: { ...comparisonTable(named), sortable: true } },
        ],
      },
      {
        heading: "Image by image",
        intro:
          "How many images stand in both evaluations, in one of them alone, in neither. p is that of McNemar's exact test: below " +
          "0.05 the two differ by more than chance explains.",
        blocks:
          agreements.length === 0
            ? [{ text: "The evaluations were not made on the same images at the same sizes with the same goal." }]
            : agreements.map((table) => ({ table: { ...table, sortable: true } })),
      },
    ],
    generatedFrom: Object.fromEntries(named.map(([name, { command, protocol }]) => [name, command ?? protocol.id])),
  };
}

function comparisonTable(named: readonly NamedEvaluation[]): TableData {
  const sizes = [...new Set(named.flatMap(([, { threat }]) => threat.epsilons))].sort((a, b) => a - b);
  const isTargeted = named.some(([, { goal }]) => goal !== undefined);
  return {
    columns: [
      "evaluation",
      ...(isTargeted ? [{ title: "target", align: "left" } as const] : []),
      "images",
      "clean",
      ...sizes.map((eps) => ({ title: epsText(eps), detail: "robust" })),
      { title: "queries", detail: "each" },
      { title: "gradients", detail: "each" },
      "seconds",
    ],
    rows: named.map(([name, evaluation]): TableCell[] => {
      const { n, clean, totals } = evaluation;
      return [
        name,
        ...(isTargeted ? [targetWord(evaluation)] : []),
        n,
        rateCell(clean),
        ...sizes.map((eps) => robustAt(evaluation, eps)),
        Math.round(totals.queries / n),
        Math.round(totals.gradients / n),
        Number(totals.seconds.toPrecision(3)),
      ];
    }),
  };
}

function robustAt(evaluation: Evaluation, eps: number): TableCell {
  const found = evaluation.robust.find((each) => each.eps === eps);
  if (found === undefined || !hasRun(found, evaluation)) return null;
  const name = robustName(found, evaluation);
  const cell = rateCell(found.accuracy);
  if (name === "worst case") return cell;
  return { ...cell, detail: `${cell.detail}, ${name}`, tone: "bad" };
}

function agreementTables(named: readonly NamedEvaluation[]): TableData[] {
  const rows = compareEvaluations(named).agreements.map((each) => {
    const { eps, first, second, n, both, onlyFirst, onlySecond, neither, p } = each;
    const counts = [both, onlyFirst, onlySecond, neither].map(({ length }) => length);
    return [`${first} / ${second}`, epsText(eps), n, ...counts, p < 0.001 ? "< 0.001" : p.toFixed(3)];
  });
  if (rows.length === 0) return [];
  const columns = ["first / second", "eps", "images", "both stand", "only first", "only second", "neither", "p"];
  return [{ columns, rows }];
}

/** What one must know of each, but for what concerns the model alone. */
function warnings(named: readonly NamedEvaluation[]): string[] {
  return named.flatMap(([name, evaluation]) => {
    const grave = whatToKnow(evaluation).filter(({ tone }) => tone === "bad");
    return grave.map(({ mark, text }) => `${name}: ${mark === undefined ? "" : `${mark} `}${text}`);
  });
}
