import type { Figure } from "@kwta/paper";
import { InputError, show, withFolder } from "@kwta/core";
import { command } from "../command.ts";
import { checkParts, makeParts } from "../make-parts.ts";
import { BACKEND_OPTIONS, readBackend } from "../options.ts";
import { formatDuration } from "../progress-line.ts";
import { wrappedEntry } from "../wrap.ts";
import { folderOf, PAPER_ARGS, readSetup, readWidth } from "./figure.ts";

const { from: _, out, ...SHARED } = PAPER_ARGS;

const ARGS = {
  ...SHARED,
  only: {
    type: "string",
    description:
      "Make these parts alone, such as figure-5,table-cifar10; the summary is of all that lie in the folder.",
    valueHint: "ids",
  },
  out: { ...out, description: "Folder of everything. Default: one under runs/ by preset and data set." },
} as const;

/** `kwta reproduce`: all figures and the table, with a summary by claim; thin over `@kwta/paper`. */
export const reproduce = command({
  name: "reproduce",
  description:
    "Make all figures and the table of the k-WTA paper and of its refutation, and judge each claim. Stopped, the same command goes on.",
  args: ARGS,
  groups: { WORK: BACKEND_OPTIONS },
  examples: {
    reproduce: "everything, small but real",
    "reproduce --preset laptop --no-train --samples 100 --data-dir DIR": "what pretrained nets show",
    "reproduce --only figure-5,figure-7": "a piece; the rest another time",
  },
  async details() {
    const { CLAIMS } = await import("@kwta/paper");
    return ["CLAIMS", "", ...CLAIMS.map(({ id, text }) => wrappedEntry(id, text, 22)), ""].join("\n");
  },
  async run(args, terminal) {
    const { LABELS: labels, writeResults } = await import("@kwta/paper");
    const { start } = await import("../start.node.ts");
    const started = performance.now();
    const setup = await readSetup(args, []);
    const parts = await partsOf(setup.preset.dataset, args.only);
    const width = readWidth(args.width);
    const folder = args.out ?? folderOf(setup);
    const backend = await start(readBackend(args));
    terminal.note(
      `Backend: ${backend.spec}. ${parts.length === 1 ? "1 part goes" : `${parts.length} parts go`} to ${folder}.`,
    );
    const { download, train } = args;
    const found = await makeParts(folder, parts, setup, { backend, width, download, train, goOn: true }, terminal);
    const { made, failed } = found;
    const { paths, claims } = await withFolder(folder, () => writeResults(folder));
    const outcomes = claims.claims.flatMap(({ text, outcome }) =>
      outcome === null ? [] : [`  ${labels[outcome]}: ${text}`],
    );
    const left = claims.claims.length - outcomes.length;
    const rest = left === 0 ? "" : `\n  ${left} others need parts that are not there.`;
    terminal.say(`What became of each claim:\n${outcomes.join("\n")}${rest}\n`);
    terminal.say(`${formatDuration(performance.now() - started)}, in ${paths.index}`);
    terminal.result({ folder, made: made.map(({ file }) => file.figure), failed, claims: claims.claims, paths });
    checkParts(found, parts.length);
  },
});

/** Every figure, and the table of the data set; or those of a list. */
async function partsOf(dataset: string, only: string | undefined): Promise<readonly Figure[]> {
  const { FIGURES, TABLES } = await import("@kwta/paper");
  const all = [...FIGURES, ...(TABLES as readonly Figure<never, never>[] as readonly Figure[])].filter(
    ({ id }) => !id.startsWith("table-") || id === `table-${dataset}`,
  );
  if (only === undefined) return all;
  const names = only.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !all.some(({ id }) => id === name));
  if (unknown === undefined) return all.filter(({ id }) => names.includes(id));
  throw new InputError(`--only names ${show(unknown)}. The parts are ${all.map(({ id }) => id).join(", ")}.`);
}
