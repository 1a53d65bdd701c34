import { InputError } from "@kwta/core";
import type { RunAction } from "./args.ts";
import { writePage } from "./show.ts";

/** `kwta runs compare`: what has become of some trainings, and where their settings differ from the first. */
export const compare: RunAction = async ({ run, other, html }, terminal) => {
  const paths = [run, other, ...terminal.all("more")].filter((path) => path !== undefined);
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
};
