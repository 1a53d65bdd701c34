import { htmlReport, panelBlocks, type Panels, type ReportNote } from "@kwta/viz";
import type { FigureFile, FigureNote } from "./figure-file.ts";

/** One HTML file: panels, caption, notes, and folded below them the numbers and all settings. */
export async function figurePage(file: FigureFile, heading: string, panels: Panels): Promise<string> {
  const { notes, settings } = file;
  const numbers = panels.tables.map((table) => ({ table }));
  const compared = { heading: "What was seen", blocks: [{ notes: notes.map(marked) }] };
  return htmlReport({
    title: heading,
    summary: panels.caption,
    sections: [
      panels.rows.length > 0
        ? { heading: "The figure", blocks: await panelBlocks(panels) }
        : { heading: "The table", blocks: panels.tables.map((table) => ({ table })) },
      ...(notes.length === 0 ? [] : [compared]),
      ...(panels.rows.length === 0 ? [] : [{ heading: "Data", blocks: [{ folded: "Numbers", blocks: numbers }] }]),
    ],
    generatedFrom: settings,
    foldSettings: true,
  });
}

const MARKS: Readonly<Record<FigureNote["kind"], Omit<ReportNote, "text">>> = {
  agrees: { mark: "✓ Seen.", tone: "good" },
  "in-part": { mark: "◐ Seen in part." },
  differs: { mark: "✗ Not seen.", tone: "bad" },
  unjudged: { mark: "? Cannot be judged at this size." },
  note: {},
};

function marked({ kind, text }: FigureNote): ReportNote {
  return { ...MARKS[kind], text };
}
