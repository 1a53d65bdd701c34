import { prepareFolder, readJson, writeJson, type LongWork } from "@kwta/core";
import type { Dataset } from "@kwta/datasets";
import { computedBy, openDataset, type BackendInUse } from "@kwta/runs";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { FIGURE_SCHEMA, type FigureFile } from "../contract/figure-file.ts";
import type { Figure, FigureSetup } from "../contract/figure.ts";
import type { FigureTools, Recipe } from "../contract/recipe.ts";
import type { NetSettings } from "../shared/nets.ts";
import { openModelZoo, type ModelZoo } from "./model-zoo.node.ts";
import { overallProgress, type OverallProgress } from "./overall-progress.ts";
import { settingsDigest, withoutPlaces } from "./settings-digest.node.ts";
import { writeFigure, type FigurePaths } from "./write-figure.node.ts";

/** @see {@link makeFigures} */
export interface MakeFiguresOptions extends LongWork {
  /** What computes: data files note it. */
  readonly backend: BackendInUse;
  /** Downloads what is missing of the data set first. @defaultValue false */
  readonly download?: boolean | undefined;
  /** Called with each finished figure. */
  readonly onFigure?: (figure: MadeFigure) => void;
}

/** A figure with its files. */
export interface MadeFigure {
  readonly file: FigureFile;
  readonly paths: FigurePaths;
}

/**
 * Computes figures of the paper: trains the nets that they need, measures them, writes a data file for each and draws it.
 * Nets and measurements are kept in the folder by their settings: figures share them, and what was stopped goes on where
 * it was when it is called again.
 *
 * @param out `figure-1.json`, `.svg`, `.png`, `.html`, ..., and `models/` and `measured/` with what is kept
 * @param figures of `FIGURES`, or others
 * @throws InputError when folder, data set or run cannot be used
 * @throws AbortedError when the signal stopped it
 */
export async function makeFigures(
  out: string,
  figures: readonly Figure[],
  setup: FigureSetup,
  options: MakeFiguresOptions,
): Promise<MadeFigure[]> {
  const recipes = figures.map((figure) => ({ figure, recipe: recipeOf(figure, setup) }));
  const datasets = datasetShelf(options);
  // A data set that cannot be read is refused before anything is written.
  const [first] = recipes.flatMap(({ recipe }) => recipe.nets);
  if (first !== undefined) await datasets(first);
  await prepareFolder(out);
  const zoo = openModelZoo(join(out, "models"), options.backend);
  const seconds = expectedSeconds(
    recipes.map(({ recipe }) => recipe),
    zoo,
  );
  const progress = overallProgress(seconds, options.onProgress);
  const made: MadeFigure[] = [];
  for (const { figure, recipe } of recipes) {
    const workshop: Workshop = { out, zoo, datasets, progress, signal: options.signal };
    const data = await recipe.measure(makeTools(figure, recipe, setup.seed, workshop));
    const file = fileOf(figure, recipe, data, setup, options.backend);
    const paths = await writeFigure(out, file, [figure]);
    made.push({ file, paths });
    options.onFigure?.(made.at(-1)!);
  }
  return made;
}

/**
 * How a figure is computed with this setup.
 *
 * @throws InputError when the run that the setup names cannot give the figure
 */
export function recipeOf(figure: Figure, setup: FigureSetup): Recipe {
  return figure.recipe(figure.settings(setup), setup);
}

/** Each net is trained once, whichever figures need it. */
function expectedSeconds(recipes: readonly Recipe[], zoo: ModelZoo): number {
  const trainings = new Map(
    recipes.flatMap(({ nets }) => nets.filter((net) => !zoo.has(net)).map((net) => [zoo.folder(net), net.seconds])),
  );
  const parts = [...trainings.values(), ...recipes.map(({ seconds }) => seconds)];
  return parts.reduce((a, b) => a + b, 0);
}

interface Workshop {
  readonly out: string;
  readonly zoo: ModelZoo;
  readonly datasets: (net: NetSettings) => Promise<Dataset>;
  readonly progress: OverallProgress;
  readonly signal: AbortSignal | undefined;
}

function makeTools({ name }: Figure, { seconds }: Recipe, seed: number, workshop: Workshop): FigureTools {
  const { out, zoo, datasets, progress, signal } = workshop;
  const tools: FigureTools = {
    seed,
    dataset: datasets,
    async withNet(net, use) {
      const training = zoo.has(net) ? undefined : progress.begin(`train ${net.run.model}`, net.seconds);
      const model = await zoo.load(net, () => datasets(net), { signal, onProgress: training?.onProgress });
      training?.end();
      try {
        return await use(model);
      } finally {
        model.dispose();
      }
    },
    async keep(what, settings, weight, measure) {
      const path = join(out, "measured", `${what}-${settingsDigest(settings)}.json`);
      const part = progress.begin(`measure ${name}`, weight * seconds);
      if (!existsSync(path)) await writeJson(path, await measure({ signal, onProgress: part.onProgress }));
      part.end();
      return (await readJson(path)) as Awaited<ReturnType<typeof measure>>;
    },
  };
  return tools;
}

/** Data sets, each read once. */
function datasetShelf(options: MakeFiguresOptions): (net: NetSettings) => Promise<Dataset> {
  const { download, signal, onProgress } = options;
  const shelf = new Map<string, Promise<Dataset>>();
  return ({ run }) => {
    const key = JSON.stringify(run.dataset);
    const found = shelf.get(key) ?? openDataset(run.dataset, { download, signal, onProgress });
    shelf.set(key, found);
    return found;
  };
}

function fileOf(
  figure: Figure,
  { title, settings, nets }: Recipe,
  data: unknown,
  { preset, from }: FigureSetup,
  backend: BackendInUse,
): FigureFile {
  const trained = nets.map(({ label, activation, run, gamma }) => ({ label, activation, gamma, ...run }));
  return {
    schema: FIGURE_SCHEMA,
    figure: figure.id,
    title,
    settings: withoutPlaces({
      ...(from === undefined && { preset: preset.name }),
      ...(nets.length > 0 && { dataset: from === undefined ? preset.dataset : from.net.run.dataset.name }),
      ...settings,
      ...(nets.length > 0 && { nets: trained }),
      computedBy: computedBy(backend),
    }),
    notes: figure.notes(data),
    data,
  };
}
