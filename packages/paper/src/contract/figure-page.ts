import { htmlReport, panelBlocks, type Panels, type ReportNote } from "@kwta/viz";
import type { FigureFile, FigureNote } from "./figure-file.ts";

/** One HTML file: panels, caption, notes, and folded below them the numbers and all settings. */
export async function figurePage(file: FigureFile, heading: string, panels: Panels): Promise<string> {
  const { notes, settings } = file;
  const compared = { heading: "Compared with the paper", blocks: [{ notes: notes.map(marked) }] };
  return htmlReport({
    title: heading,
    summary: panels.caption,
    sections: [
      { heading: "The figure", blocks: await panelBlocks(panels) },
      ...(notes.length === 0 ? [] : [compared]),
      {
        heading: "Data",
        blocks: [{ folded: "Numbers", blocks: panels.tables.map((table) => ({ table })) }],
      },
    ],
    generatedFrom: settings,
    foldSettings: true,
  });
}

const MARKS: Readonly<Record<FigureNote["kind"], Omit<ReportNote, "text">>> = {
  agrees: { mark: "✓ As in the paper.", tone: "good" },
  "in-part": { mark: "◐ Seen in part." },
  differs: { mark: "✗ Unlike the paper.", tone: "bad" },
  unjudged: { mark: "? Cannot be judged at this size." },
  note: {},
};

function marked({ kind, text }: FigureNote): ReportNote {
  return { ...MARKS[kind], text };
}
