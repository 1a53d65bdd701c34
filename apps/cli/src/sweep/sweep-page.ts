import { writeFileAtomic } from "@kwta/core";
import type { ResultRow, SweepStatus } from "@kwta/sweep";
import { htmlReport, type ReportSection } from "@kwta/viz";
import { join } from "node:path";
import { resultsTable } from "./results-table.ts";
import { runningText, summaryOf } from "./status-text.ts";

/** The page of a sweep, in its folder. */
export const SWEEP_PAGE = "sweep.html";

/** Seconds after which a browser reads the page again, as long as the sweep runs. */
const REFRESH = 5;

/** Writes how a sweep stands as a page that needs nothing else, and that a browser shows anew by itself. */
export async function writeSweepPage(
  folder: string,
  status: SweepStatus,
  results: readonly ResultRow[],
): Promise<void> {
  const { failed, running, updatedAt, ...counts } = status;
  const sections: ReportSection[] = [
    ...(failed.length === 0
      ? []
      : [
          {
            heading: "Failed",
            blocks: [
              {
                notes: failed.map(({ job, reason, log }) => {
                  return { mark: "failed", tone: "bad" as const, text: `${job}. ${reason} All that it said: ${log}` };
                }),
              },
            ],
          },
        ]),
    ...(running.length === 0
      ? []
      : [{ heading: "Running", blocks: [{ notes: running.map((each) => ({ text: runningText(each) })) }] }]),
    { heading: "Results", blocks: results.length === 0 ? [{ text: "None yet." }] : [{ table: resultsTable(results) }] },
  ];
  const html = htmlReport({
    title: `Sweep ${folder}`,
    summary: `${summaryOf(status)}. As of ${updatedAt}.`,
    sections,
    generatedFrom: counts,
    ...(status.state === "running" && { refresh: REFRESH }),
  });
  await writeFileAtomic(join(folder, SWEEP_PAGE), html);
}
