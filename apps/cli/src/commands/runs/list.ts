import { command } from "../../command.ts";

/** `kwta runs list`: a line for each training in a folder. */
export const list = command({
  name: "runs list",
  description: "List the trainings in a folder, a line for each.",
  args: { root: { type: "string", description: "Folder that the runs are in.", default: "runs", valueHint: "folder" } },
  async run({ root }, terminal) {
    const { listRuns } = await import("@kwta/runs");
    const { formatTable } = await import("@kwta/viz");
    const { COLUMNS, rowOf } = await import("../../runs/run-row.ts");
    const found = await listRuns(root);
    const readable = found.flatMap((run) => ("unreadable" in run ? [] : [run]));
    if (found.length === 0)
      terminal.say(`There is no training in ${root}. Make one with kwta train, or name a folder with --root.`);
    else terminal.say(formatTable({ caption: `Trainings in ${root}`, columns: COLUMNS, rows: readable.map(rowOf) }));
    for (const run of found) if ("unreadable" in run) terminal.note(run.unreadable);
    terminal.result({ runs: found });
  },
});
