import { writeFileAtomic } from "@kwta/core";
import type { NamedEvaluation } from "@kwta/report";
import { basename, dirname, join } from "node:path";
import { command } from "../command.ts";
import { formatsHelp } from "../evaluate/formats-help.ts";

/** `kwta report`: thin over `@kwta/report`. */
export const report = command({
  name: "report",
  description: "Show an evaluation again, write it in other formats, or compare several side by side.",
  args: {
    folder: {
      type: "positional",
      description: "An evaluation's folder, or a run's, or a quickstart's; several are compared.",
      required: true,
    },
    format: { type: "string", description: "Write these files beside its report.json: html,md,npz. See below." },
    html: {
      type: "string",
      description: "Write one page: of the evaluation, or of all side by side.",
      valueHint: "file",
    },
  },
  repeats: true,
  examples: {
    "report runs/train-1": "its evaluations, again",
    "report runs/train-1 runs/train-2 --html both.html": "two side by side",
  },
  async details() {
    const { REPORT_FORMATS } = await import("@kwta/report");
    return formatsHelp(REPORT_FORMATS);
  },
  async run(args, terminal) {
    const { comparisonHtml, comparisonText, compareEvaluations, evaluationHtml, evaluationText, parseFormats } =
      await import("@kwta/report");
    const { findEvaluations, readEvaluation, REPORT } = await import("@kwta/runs");
    const { writeReports } = await import("../evaluate/report-files.ts");
    const formats = args.format === undefined ? [] : parseFormats(args.format);
    const folders = (await Promise.all(args._.map((path) => findEvaluations(path)))).flat();
    const evaluations = await Promise.all(folders.map((folder) => readEvaluation(join(folder, REPORT))));
    const named = folders.map((folder, i): NamedEvaluation => [nameOf(folder, folders), evaluations[i]!]);
    const paths: string[] = [];
    for (const [i, folder] of folders.entries()) paths.push(...(await writeReports(folder, evaluations[i]!, formats)));
    const [only] = evaluations;
    const isOne = evaluations.length === 1;
    if (args.html !== undefined) {
      await writeFileAtomic(args.html, isOne ? await evaluationHtml(only!) : await comparisonHtml(named));
      paths.push(args.html);
    }
    terminal.say(isOne ? evaluationText(only!) : comparisonText(named));
    if (paths.length > 0) terminal.say(`\nWritten: ${paths.join(", ")}`);
    terminal.result(isOne ? only : compareEvaluations(named));
  },
});

/** The evaluation's name, with its run's where there are several runs. */
function nameOf(folder: string, all: readonly string[]): string {
  const run = (path: string): string => dirname(dirname(path));
  const name = basename(folder);
  if (new Set(all.map(run)).size === 1) return name;
  const same = new Set(all.map((path) => basename(path))).size === 1;
  return same ? run(folder) : `${basename(run(folder))}/${name}`;
}
