import type { FigureSettings } from "@kwta/experiments";
import type { FigureFile, FigureNumber } from "@kwta/viz";
import { InputError, show } from "@kwta/core";
import { dirname, join } from "node:path";
import { command } from "../command.ts";
import { BACKEND_OPTIONS, given, readCount, readBackend, SEED_OPTION } from "../options.ts";
import { formatDuration } from "../progress-line.ts";

const ARGS = {
  figure: { type: "positional", description: "1 to 7, or all.", required: true },
  preset: {
    type: "string",
    description: "smoke (embedded images, tiny nets, minutes) or small (CIFAR-10, narrow nets, about half an hour).",
    default: "smoke",
  },
  dataset: {
    type: "string",
    description:
      "embedded (glyphs28), glyphs32, cifar10, cifar100, fashion-mnist, mnist or svhn. Default: that of the preset.",
  },
  "data-dir": {
    type: "string",
    description: "Folder of the data set's files. Default: KWTA_DATA_DIR, or the cache folder.",
  },
  download: { type: "boolean", description: "Download what is missing first." },
  ...SEED_OPTION,
  from: {
    type: "string",
    description: "Measure the net of this run folder, or draw this figure-N.json again.",
    valueHint: "run|file",
  },
  ...BACKEND_OPTIONS,
  out: {
    type: "string",
    description: "Folder of the figures. Default: one under runs/ by preset and data set, or beside what --from names.",
  },
} as const;

/** `kwta figure`: thin over `@kwta/experiments` and `@kwta/viz`. */
export const figure = command({
  name: "figure",
  description: "Compute and draw the figures of the k-WTA paper. Stopped, the same command goes on.",
  args: ARGS,
  async run(args, terminal) {
    const { makeFigures } = await import("@kwta/experiments/node");
    const { start } = await import("../start.node.ts");
    const figures = await readFigures(args.figure);
    if (args.from?.endsWith(".json")) return redraw(args.from, figures, args, terminal);
    const started = performance.now();
    const settings = await readSettings(args, figures);
    const out = args.out ?? (args.from === undefined ? folderOf(settings) : join(args.from, "figures"));
    const backend = await start(readBackend(args));
    terminal.note(`Backend: ${backend.spec}. Figures go to ${out}.`);
    const { signal, onProgress } = terminal;
    signal.addEventListener("abort", () => terminal.note("Nothing is lost: the same command goes on from here."));
    const { download } = args;
    const made = await makeFigures(out, figures, settings, {
      engine: backend,
      ...given({ download }),
      signal,
      onProgress,
      onFigure({ file, paths }) {
        terminal.say(`Figure ${file.figure}: ${file.title}\n${notesOf(file)}\n  ${paths.html}\n`);
      },
    });
    terminal.say(`${formatDuration(performance.now() - started)}, in ${out}`);
    terminal.result({ folder: out, figures: made.map(({ file, paths }) => summary(file, paths)) });
  },
});

type Given = { readonly [K in Exclude<keyof typeof ARGS, "download" | "figure">]?: string | undefined };

async function readFigures(text: string): Promise<FigureNumber[]> {
  const { FIGURES } = await import("@kwta/experiments");
  const chosen = FIGURES.filter((each) => text === "all" || text === String(each));
  if (chosen.length > 0) return chosen;
  throw new InputError(`There is no figure ${show(text)}. Name one of ${FIGURES.join(", ")}, or all.`);
}

async function readSettings(args: Given, figures: readonly FigureNumber[]): Promise<FigureSettings> {
  const { figureRecipe, figureSettings } = await import("@kwta/experiments");
  const seed = readCount("seed", args.seed);
  const choices = given({ preset: args.preset, dataset: args.dataset, dataDir: args["data-dir"], seed });
  if (args.from === undefined) return figureSettings(choices);
  const { fromRun } = await import("@kwta/experiments/node");
  if (args.dataset !== undefined) {
    throw new InputError("A run is measured on the images of its training. Leave --dataset out.");
  }
  if (figures.length > 1) throw new InputError("A run is measured for one figure at a time. Name one of 3 to 7.");
  const from = await fromRun(args.from, args["data-dir"]);
  const settings = { ...figureSettings({ ...choices, dataset: from.net.run.dataset.name }), from };
  // What the run cannot give is refused before a backend starts.
  for (const each of figures) figureRecipe(each, settings);
  return settings;
}

function folderOf({ preset, dataset, seed }: FigureSettings): string {
  return join("runs", `figures-${preset}-${dataset}${seed === 0 ? "" : `-seed${seed}`}`);
}

async function redraw(
  path: string,
  figures: readonly FigureNumber[],
  args: Given,
  terminal: Parameters<Parameters<typeof command>[0]["run"]>[1],
): Promise<void> {
  const { readFigure, writeFigure } = await import("@kwta/experiments/node");
  const file = await readFigure(path);
  if (!figures.includes(file.figure)) {
    throw new InputError(
      `${show(path)} holds figure ${file.figure}. Draw it with: kwta figure ${file.figure} --from ${path}`,
    );
  }
  const paths = await writeFigure(args.out ?? dirname(path), file);
  terminal.say(`Figure ${file.figure}: ${file.title}\n${notesOf(file)}\n  ${paths.html}`);
  terminal.result({ folder: args.out ?? dirname(path), figures: [summary(file, paths)] });
}

function notesOf({ notes }: FigureFile): string {
  const marks = { agrees: "as in the paper", differs: "unlike the paper", note: "note" } as const;
  return notes.map(({ kind, text }) => `  ${marks[kind]}: ${text}`).join("\n");
}

function summary({ figure: number, title, notes }: FigureFile, paths: object): object {
  return { figure: number, title, notes, paths };
}
