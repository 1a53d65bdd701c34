import type { Figure, FigureFile, FigureSetup, LABELS } from "@kwta/paper";
import { InputError, show, withFolder } from "@kwta/core";
import { dirname, join } from "node:path";
import { command } from "../command.ts";
import { BACKEND_OPTIONS, DATA_OPTIONS, given, readBackend, readCount, SEED_OPTION } from "../options.ts";
import { formatDuration } from "../progress-line.ts";

const ARGS = {
  figure: { type: "positional", description: "A number such as 4, an id such as figure-4, or all.", required: true },
  preset: { type: "string", description: "How much work: see below.", default: "smoke" },
  dataset: { type: "string", description: "Other images than those of the preset: see below." },
  "data-dir": DATA_OPTIONS["data-dir"],
  download: DATA_OPTIONS.download,
  ...SEED_OPTION,
  width: {
    type: "string",
    description: "Draw each for a paper too, as SVG, PNG and PDF: as wide as a column (240 points) or a page (396).",
    valueHint: "column|page",
  },
  train: {
    type: "boolean",
    description: "Train the nets that are not there; --no-train shows what can be shown without them.",
    default: true,
  },
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

/** `kwta figure`: thin over `@kwta/paper`. */
export const figure = command({
  name: "figure",
  description: "Compute and draw the figures of the k-WTA paper. Stopped, the same command goes on.",
  args: ARGS,
  async details() {
    const { FIGURE_DATASETS, FIGURES, PRESETS } = await import("@kwta/paper");
    return [
      "FIGURES",
      "",
      ...FIGURES.map(({ id, summary: text }) => `  ${id.padEnd(12)}  ${text}`),
      "",
      "PRESETS  --preset NAME",
      "",
      ...PRESETS.map(({ name, summary: text, dataset }) => `  ${name.padEnd(12)}  ${text} (${dataset})`),
      "",
      `DATA SETS  --dataset NAME: ${FIGURE_DATASETS.join(", ")}`,
      "",
    ].join("\n");
  },
  async run(args, terminal) {
    const figures = await readFigures(args.figure);
    if (args.from?.endsWith(".json")) return redraw(args.from, figures, args, terminal);
    const { makeFigures, LABELS: labels } = await import("@kwta/paper");
    const { start } = await import("../start.node.ts");
    const started = performance.now();
    const width = readWidth(args.width);
    const setup = await readSetup(args, figures);
    const out = args.out ?? (args.from === undefined ? folderOf(setup) : join(args.from, "figures"));
    const backend = await start(readBackend(args));
    terminal.note(`Backend: ${backend.spec}. Figures go to ${out}.`);
    const { signal, onProgress } = terminal;
    signal.addEventListener("abort", () => terminal.note("Nothing is lost: the same command goes on from here."));
    const { download, train } = args;
    const made = await makeFigures(out, figures, setup, {
      backend,
      ...given({ download, train, width }),
      onSkipped: ({ name }) => terminal.say(`${name}: left out, none of its nets is there.\n`),
      signal,
      onProgress,
      onFigure({ file, paths }) {
        terminal.say(`${headingOf(file, figures)}\n${notesOf(file, labels)}\n  ${paths.html}\n`);
      },
    });
    terminal.say(`${formatDuration(performance.now() - started)}, in ${out}`);
    terminal.result({ folder: out, figures: made.map(({ file, paths }) => summary(file, paths)) });
  },
});

type Given = { readonly [K in Exclude<keyof typeof ARGS, "download" | "figure" | "train">]?: string | undefined };

async function readFigures(text: string): Promise<readonly Figure[]> {
  const { FIGURES } = await import("@kwta/paper");
  const chosen = FIGURES.filter(({ id }) => ["all", id, id.replace(/^figure-/, "")].includes(text));
  if (chosen.length > 0) return chosen;
  const known = FIGURES.map(({ id }) => id).join(", ");
  throw new InputError(`There is no figure ${show(text)}. Name one of ${known}, its number alone, or all.`);
}

async function readSetup(args: Given, figures: readonly Figure[]): Promise<FigureSetup> {
  const { figureSetup } = await import("@kwta/paper");
  const seed = readCount("seed", args.seed);
  const choices = given({ preset: args.preset, dataset: args.dataset, dataDir: args["data-dir"], seed });
  if (args.from === undefined) return figureSetup(choices);
  const { fromRun, recipeOf } = await import("@kwta/paper");
  if (args.dataset !== undefined) {
    throw new InputError("A run is measured on the images of its training. Leave --dataset out.");
  }
  if (figures.length > 1) throw new InputError("A run is measured for one figure at a time. Name one of them.");
  const from = await fromRun(args.from, args["data-dir"]);
  const setup = { ...figureSetup({ ...choices, dataset: from.net.run.dataset.name }), from };
  // What the run cannot give is refused before a backend starts.
  for (const each of figures) recipeOf(each, setup);
  return setup;
}

function folderOf({ preset: { name, dataset }, seed }: FigureSetup): string {
  return join("runs", `figures-${name}-${dataset}${seed === 0 ? "" : `-seed${seed}`}`);
}

async function redraw(
  path: string,
  figures: readonly Figure[],
  args: Given,
  terminal: Parameters<Parameters<typeof command>[0]["run"]>[1],
): Promise<void> {
  const { readFigure, writeFigure, LABELS: labels } = await import("@kwta/paper");
  const file = await readFigure(path);
  if (!figures.some(({ id }) => id === file.figure)) {
    throw new InputError(`${show(path)} holds ${file.figure}. Draw it with: kwta figure ${file.figure} --from ${path}`);
  }
  const out = args.out ?? dirname(path);
  const width = readWidth(args.width);
  const paths = await withFolder(out, () => writeFigure(out, file, { width }));
  terminal.say(`${headingOf(file, figures)}\n${notesOf(file, labels)}\n  ${paths.html}`);
  terminal.result({ folder: out, figures: [summary(file, paths)] });
}

function readWidth(text: string | undefined): "column" | "page" | undefined {
  if (text === undefined || text === "column" || text === "page") return text;
  throw new InputError(`--width is ${show(text)}. Give column or page.`);
}

function headingOf({ figure: id, title }: FigureFile, figures: readonly Figure[]): string {
  return `${figures.find((each) => each.id === id)!.name}: ${title}`;
}

function notesOf({ notes }: FigureFile, labels: typeof LABELS): string {
  return notes.map(({ kind, text }) => `  ${labels[kind]}: ${text}`).join("\n");
}

function summary({ figure: id, title, notes }: FigureFile, paths: object): object {
  return { figure: id, title, notes, paths };
}
