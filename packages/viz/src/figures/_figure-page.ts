import { typesetWithCode } from "../_typeset.ts";
import { htmlReport, type ReportBlock } from "../html-report.ts";
import type { FigureFile, FigureNote } from "./figure-data.ts";
import type { FigureParts } from "./_parts.ts";

/** One HTML file: panels, caption, notes, and folded below them the numbers and all settings. */
export async function figurePage(file: FigureFile, heading: string, parts: FigureParts): Promise<string> {
  const { pageWidth = 500 } = parts;
  const panels = parts.rows.flat().filter((part) => part !== null);
  const pictures = await Promise.all(panels.map((part) => part(pageWidth, "page")));
  const legend = parts.legendInPage === true ? await parts.legend?.(360, "page") : undefined;
  // Small pictures stand as close as there is room, larger ones in columns.
  const small = `<div class="small">${pictures.map(({ svg }) => svg).join("\n")}</div>`;
  const blocks: ReportBlock[] = pageWidth < 240 ? [{ html: small }] : pictures.map(({ svg }) => ({ svg }));
  return htmlReport({
    title: heading,
    summary: parts.caption,
    sections: [
      { heading: "The figure", blocks: legend === undefined ? blocks : [{ html: legend.svg }, ...blocks] },
      ...(file.notes.length === 0
        ? []
        : [
            {
              heading: "Compared with the paper",
              blocks: [{ html: `<ul class="notes">${file.notes.map(note).join("")}</ul>` }],
            },
          ]),
      {
        heading: "Data",
        blocks: [{ folded: "Numbers", blocks: parts.tables.map((table) => ({ table })) }],
      },
    ],
    generatedFrom: file.settings,
    foldSettings: true,
  });
}

const words: Readonly<Record<FigureNote["kind"], string>> = {
  agrees: `<b class="good">✓ As in the paper.</b> `,
  differs: `<b class="bad">✗ Not as in the paper.</b> `,
  note: "",
};

function note({ kind, text }: FigureNote): string {
  return `<li>${words[kind]}${typesetWithCode(text)}</li>`;
}
