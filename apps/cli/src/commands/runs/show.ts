import { InputError } from "@kwta/core";
import type { RunAction } from "./args.ts";

/** `kwta runs show`: how a training went. */
export const show: RunAction = async ({ run, html }, terminal) => {
  if (run === undefined) throw new InputError("kwta runs show needs the folder of a run: kwta runs show runs/train-1.");
  const { summarizeRun } = await import("@kwta/runs");
  const { formatTable } = await import("@kwta/viz");
  const { COLUMNS, rowOf } = await import("../../runs/run-row.ts");
  const summary = await summarizeRun(run);
  terminal.say(formatTable({ caption: `Training ${run}`, columns: COLUMNS, rows: [rowOf(summary)] }));
  terminal.say(`\nSettings: ${JSON.stringify(summary.settings, null, 2)}`);
  if (summary.diverged !== undefined) terminal.say(`\n${summary.diverged}`);
  if (html !== undefined) await writePage(html, [run], terminal.say);
  terminal.result(summary);
};

/** Writes the curves of some runs. */
export async function writePage(file: string, paths: readonly string[], say: (text: string) => void): Promise<void> {
  const { writeFileAtomic } = await import("@kwta/core");
  const { runsPage } = await import("../../runs/runs-page.ts");
  await writeFileAtomic(file, await runsPage(paths));
  say(`\nThe curves are in ${file}.`);
}
