import type { Figure, FigureFile, FigureSetup } from "@kwta/paper";
import { InputError, show, withFolder } from "@kwta/core";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { command } from "../command.ts";
import { checkParts, headingOf, makeParts, notesOf } from "../make-parts.ts";
import { BACKEND_OPTIONS, DATA_OPTIONS, given, readBackend, readCount, SEED_OPTION } from "../options.ts";
import { formatDuration } from "../progress-line.ts";
import { wrap, wrappedEntry } from "../wrap.ts";

/** What figures, tables and all of them together can be told. */
export const PAPER_ARGS = {
  preset: { type: "string", description: "How much work: see below.", default: "smoke" },
  dataset: { type: "string", description: "Other images than those of the preset: see below. A table names its own." },
  "data-dir": DATA_OPTIONS["data-dir"],
  download: DATA_OPTIONS.download,
  ...SEED_OPTION,
  samples: {
    type: "string",
    description: "The most test images that anything is measured on. Default: as many as the preset has.",
  },
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
    description:
      "Measure the net of this run folder, draw this figure-N.json again, or draw what this folder of kwta sweep found.",
    valueHint: "run|file|sweep",
  },
  out: {
    type: "string",
    description: "Folder of the figures. Default: one under runs/ by preset and data set, or beside what --from names.",
  },
  ...BACKEND_OPTIONS,
} as const;

/** Of tables: nothing of them is drawn for a paper, they have LaTeX. */
const { width: _, ...TABLE_ARGS } = PAPER_ARGS;

/** `kwta figure`: thin over `@kwta/paper`. */
export const figure = drawing({
  name: "figure",
  description: "Compute and draw the figures of the k-WTA paper. Stopped, the same command goes on.",
  positional: "A number such as 4, an id such as figure-4, or all.",
  args: PAPER_ARGS,
  examples: {
    "figure all": "all of them, small but real",
    "figure 4 --from runs/train-1": "of a net of yours",
    "figure 4 --from runs/figures-smoke-glyphs28/figure-4.json": "drawn again, from its numbers",
    "figure 4 --from runs/sweep-grid": "of the results of a sweep",
    "figure 3 --preset laptop --no-train --width column --data-dir DIR": "for a paper, of pretrained nets",
  },
  list: async () => (await import("@kwta/paper")).FIGURES,
});

/** `kwta table`: the same for tables. */
export const table = drawing({
  name: "table",
  description: "Compute the table of the k-WTA paper for a data set. Stopped, the same command goes on.",
  positional: "A data set such as cifar10, an id such as table-cifar10.",
  args: TABLE_ARGS,
  examples: { "table cifar10 --preset smoke --data-dir DIR": "a tiny net and a few images, a minute" },
  list: async () => (await import("@kwta/paper")).TABLES,
});

interface Drawing {
  readonly name: "figure" | "table";
  readonly description: string;
  readonly positional: string;
  readonly args: typeof TABLE_ARGS & Partial<Pick<typeof PAPER_ARGS, "width">>;
  readonly examples: Readonly<Record<string, string>>;
  readonly list: () => Promise<readonly Figure[]>;
}

/** A command that makes what one of the lists of `@kwta/paper` has. */
function drawing({ name, description, positional, args: own, examples, list }: Drawing): ReturnType<typeof command> {
  return command({
    name,
    description,
    args: { which: { type: "positional", description: positional, required: true }, ...own },
    groups: { WORK: BACKEND_OPTIONS },
    examples,
    async details() {
      const { FIGURE_DATASETS, PRESETS } = await import("@kwta/paper");
      return [
        `${name.toUpperCase()}S`,
        "",
        ...(await list()).map(({ id, summary: text }) => wrappedEntry(id, text, 16)),
        "",
        "PRESETS  --preset NAME",
        "",
        ...PRESETS.map(({ name: preset, summary: text, dataset }) => wrappedEntry(preset, `${text} (${dataset})`, 16)),
        "",
        wrap(`DATA SETS  --dataset NAME: ${FIGURE_DATASETS.join(", ")}`),
        "",
      ].join("\n");
    },
    async run(args, terminal) {
      const figures = chosen(name, args.which, await list());
      if (args.from?.endsWith(".json")) return redraw(args.from, figures, args, terminal);
      if (args.from !== undefined && existsSync(join(args.from, RESULTS))) {
        return ofSweep(args.from, figures, args, terminal);
      }
      const { start } = await import("../start.node.ts");
      const started = performance.now();
      const width = readWidth(args.width);
      const setup = await readSetup(name === "table" ? ofTable(args, figures) : args, figures);
      const out = args.out ?? (args.from === undefined ? folderOf(setup) : join(args.from, "figures"));
      const backend = await start(readBackend(args));
      terminal.note(`Backend: ${backend.spec}. ${name === "table" ? "Tables" : "Figures"} go to ${out}.`);
      const { download, train } = args;
      const options = { backend, width, download, train, goOn: figures.length > 1 };
      const found = await makeParts(out, figures, setup, options, terminal);
      const { made, failed } = found;
      terminal.say(`${formatDuration(performance.now() - started)}, in ${out}`);
      terminal.result({ folder: out, figures: made.map(({ file, paths }) => summary(file, paths)), failed });
      checkParts(found, figures.length);
    },
  });
}

type Given = { readonly [K in Exclude<keyof typeof PAPER_ARGS, "download" | "train">]?: string | undefined };

function chosen(kind: Drawing["name"], text: string, list: readonly Figure[]): readonly Figure[] {
  const found = list.filter(
    ({ id }) => (kind === "figure" && text === "all") || [id, id.replace(`${kind}-`, "")].includes(text),
  );
  if (found.length > 0) return found;
  const known = list.map(({ id }) => id).join(", ");
  const all = kind === "figure" ? ", its number alone, or all" : ", or its data set alone";
  throw new InputError(`There is no ${kind} ${show(text)}. Name one of ${known}${all}.`);
}

/** A table is of its own data set. */
function ofTable(args: Given, [asked]: readonly Figure[]): Given {
  const dataset = asked!.id.replace("table-", "");
  if (args.from !== undefined)
    throw new InputError("A table is of several nets. Name a data file, or leave --from out.");
  if (args.dataset === undefined || args.dataset === dataset) return { ...args, dataset };
  throw new InputError(
    `The table ${asked!.id} is of ${dataset}. Leave --dataset out, or name the table of ${args.dataset}.`,
  );
}

export async function readSetup(args: Given, figures: readonly Figure[]): Promise<FigureSetup> {
  const { figureSetup } = await import("@kwta/paper");
  const seed = readCount("seed", args.seed);
  const samples = args.samples === undefined ? undefined : readCount("samples", args.samples, 1);
  const choices = given({ preset: args.preset, dataset: args.dataset, dataDir: args["data-dir"], seed, samples });
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

export function folderOf({ preset: { name, dataset }, seed }: FigureSetup): string {
  return join("runs", `figures-${name}-${dataset}${seed === 0 ? "" : `-seed${seed}`}`);
}

/** What a folder of `kwta sweep` holds. */
const RESULTS = "results.jsonl";

async function ofSweep(folder: string, figures: readonly Figure[], args: Given, terminal: Drawn): Promise<void> {
  const { figureOfSweep } = await import("@kwta/paper");
  const { readResults } = await import("@kwta/sweep");
  if (figures.length > 1) throw new InputError("A sweep is drawn as one figure at a time. Name one of them.");
  const { dataset } = args;
  const seed = readCount("seed", args.seed);
  const file = figureOfSweep(figures[0]!, await readResults(folder), given({ dataset, seed }));
  await drawFile(file, args.out ?? join(folder, "figures"), figures, args, terminal);
}

type Drawn = Parameters<Parameters<typeof command>[0]["run"]>[1];

async function redraw(path: string, figures: readonly Figure[], args: Given, terminal: Drawn): Promise<void> {
  const { readFigure } = await import("@kwta/paper");
  const measuring = (["dataset", "data-dir", "samples"] as const).find((name) => args[name] !== undefined);
  if (measuring !== undefined) {
    throw new InputError(`A data file is drawn as it is. Leave --${measuring} out, or measure again without --from.`);
  }
  const file = await readFigure(path);
  const found = figures.find(({ id }) => id === file.figure);
  if (found === undefined) {
    throw new InputError(
      `${show(path)} holds ${file.figure}. Draw it with: kwta ${file.figure.startsWith("table-") ? "table" : "figure"} ${file.figure} --from ${path}`,
    );
  }
  // Sentences are computed from the numbers, by the rule of today.
  const judged = { ...file, notes: found.notes(file.data) };
  await drawFile(judged, args.out ?? dirname(path), figures, args, terminal);
}

async function drawFile(
  file: FigureFile,
  out: string,
  figures: readonly Figure[],
  args: Given,
  terminal: Drawn,
): Promise<void> {
  const { writeFigure, LABELS: labels } = await import("@kwta/paper");
  const width = readWidth(args.width);
  const paths = await withFolder(out, () => writeFigure(out, file, { width }));
  terminal.say(`${headingOf(file, figures)}\n${notesOf(file, labels)}\n  ${paths.html}`);
  terminal.result({ folder: out, figures: [summary(file, paths)] });
}

export function readWidth(text: string | undefined): "column" | "page" | undefined {
  if (text === undefined || text === "column" || text === "page") return text;
  throw new InputError(`--width is ${show(text)}. Give column or page.`);
}

function summary({ figure: id, title, notes }: FigureFile, paths: object): object {
  return { figure: id, title, notes, paths };
}
