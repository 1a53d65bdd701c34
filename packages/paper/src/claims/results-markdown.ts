import { formatTable } from "@kwta/viz";
import type { Figure } from "../contract/figure.ts";
import { LABELS, type FigureFile } from "../contract/figure-file.ts";
import { everyFigure } from "../figures.ts";
import { labelOf } from "./claims-markdown.ts";
import { summarizeClaims, type JudgedClaim } from "./summarize-claims.ts";

/**
 * The index of a folder of results as Markdown: what came of each claim, and each figure and table with its picture, the command
 * that draws it again, and its sentences.
 *
 * @param files data files, checked
 * @param figures those that the files can be of
 */
export function resultsMarkdown(files: readonly FigureFile[], figures: readonly Figure[] = everyFigure()): string {
  const { claims } = summarizeClaims(files, figures);
  const judged = claims.filter(({ outcome }) => outcome !== null);
  const rest = claims.filter(({ outcome }) => outcome === null);
  const parts = [
    "# Results",
    "Every number is in the data files, with every setting behind it; the sentences are computed from them by one rule. What is " +
      "behind each outcome is in [claims.md](claims.md).",
    formatTable(
      {
        columns: ["claim", { title: "outcome", align: "left" }],
        rows: judged.map((claim) => [claim.text, outcomeCell(claim)]),
      },
      { format: "markdown" },
    ),
    ...(rest.length === 0 ? [] : [`Not measured: ${rest.map(({ text }) => text.replace(/\.$/, "")).join("; ")}.`]),
    ...files.map((file) => section(file, figures)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function outcomeCell(claim: JudgedClaim): string {
  return `${labelOf(claim)} (${[...new Set(claim.evidence.map(({ figure }) => figure))].join(", ")})`;
}

function section({ figure: id, title, settings, data }: FigureFile, figures: readonly Figure[]): string {
  const figure = figures.find((each) => each.id === id);
  const name = figure?.name ?? id;
  const isTable = id.startsWith("table-");
  const made = ["preset", "dataset"].flatMap((key) => (key in settings ? [`${key} ${String(settings[key])}`] : []));
  const again = `\`kwta ${isTable ? "table" : "figure"} ${id} --from ${id}.json\``;
  const notes = (figure?.notes(data) ?? []).map(({ kind, text }) => `- **${LABELS[kind]}**: ${text}`);
  return [
    `## ${name}: ${title}`,
    isTable ? `[The table](${id}.md)` : `![${name}](${id}.png)`,
    `Made with ${[...made, "the settings in its data file"].join(", ")}; drawn again by ${again}.`,
    notes.join("\n"),
  ].join("\n\n");
}
