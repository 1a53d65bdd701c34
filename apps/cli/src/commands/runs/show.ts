import { command } from "../../command.ts";
import { HTML_OPTION } from "./html-option.ts";

/** `kwta runs show`: how a training went. */
export const show = command({
  name: "runs show",
  description: "Show how a training went, and its settings.",
  args: {
    run: { type: "positional", description: "Folder of a run, such as runs/train-1.", required: true },
    ...HTML_OPTION,
  },
  async run({ run, html }, terminal) {
    const { summarizeRun } = await import("@kwta/runs");
    const { formatTable } = await import("@kwta/viz");
    const { COLUMNS, rowOf } = await import("../../runs/run-row.ts");
    const summary = await summarizeRun(run);
    terminal.say(formatTable({ caption: `Training ${run}`, columns: COLUMNS, rows: [rowOf(summary)] }));
    terminal.say(`\nSettings: ${JSON.stringify(summary.settings, null, 2)}`);
    if (summary.diverged !== undefined) terminal.say(`\n${summary.diverged}`);
    if (html !== undefined) await writePage(html, [run], terminal.say);
    terminal.result(summary);
  },
});

/** Writes the curves of some runs. */
export async function writePage(file: string, paths: readonly string[], say: (text: string) => void): Promise<void> {
  const { writeFileAtomic } = await import("@kwta/core");
  const { runsPage } = await import("../../runs/runs-page.ts");
  await writeFileAtomic(file, await runsPage(paths));
  say(`\nThe curves are in ${file}.`);
}
