import { InputError } from "@kwta/core";
import { command } from "../../command.ts";
import { HTML_OPTION } from "./html-option.ts";
import { writePage } from "./show.ts";

/** `kwta runs compare`: what has become of some trainings, and where their settings differ from the first. */
export const compare = command({
  name: "runs compare",
  description: "Show some trainings side by side, and where their settings differ from the first.",
  args: { runs: { type: "positional", description: "Folders of two runs or more.", required: true }, ...HTML_OPTION },
  gone: { more: "Name all folders one after the other." },
  repeats: true,
  async run({ _: paths, html }, terminal) {
    if (paths.length < 2) throw new InputError("kwta runs compare needs the folders of two runs or more.");
    const { differences, summarizeRun } = await import("@kwta/runs");
    const { formatTable } = await import("@kwta/viz");
    const { COLUMNS, rowOf } = await import("../../runs/run-row.ts");
    const all = await Promise.all(paths.map(summarizeRun));
    terminal.say(formatTable({ caption: "Trainings", columns: COLUMNS, rows: all.map(rowOf) }));
    const [first, ...rest] = all;
    const differ = rest.map(({ path, settings }) => ({ path, settings: differences(first!.settings, settings) }));
    for (const { path, settings } of differ) {
      const what = settings.length === 0 ? " the same settings" : `\n  ${settings.join("\n  ")}`;
      terminal.say(`\n${first!.path}, not ${path}:${what}`);
    }
    if (html !== undefined) await writePage(html, paths, terminal.say);
    terminal.result({ runs: all, differences: differ });
  },
});
