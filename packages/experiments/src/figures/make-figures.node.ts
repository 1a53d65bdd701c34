import type { BackendReport } from "@kwta/backend";
import type { LongWork } from "@kwta/core";
import { prepareFolder, readJson, writeJson } from "@kwta/core/node";
import type { Dataset } from "@kwta/datasets";
import { FIGURE_SCHEMA, type FigureFile, type FigureNumber } from "@kwta/viz";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openDataset } from "../open-dataset.node.ts";
import { versions } from "../versions.node.ts";
import { openModelZoo, type ModelZoo } from "./_model-zoo.node.ts";
import { overallProgress, type OverallProgress } from "./_overall-progress.ts";
import { settingsDigest, withoutPlaces } from "./_settings-digest.node.ts";
import { figureRecipe } from "./figure-recipe.ts";
import type { FigureSettings } from "./figure-settings.ts";
import type { NetSettings } from "./net-settings.ts";
import type { FigureTools, Recipe } from "./recipe.ts";
import { writeFigure, type FigurePaths } from "./write-figure.node.ts";

/** @see {@link makeFigures} */
export interface MakeFiguresOptions extends LongWork {
  readonly engine: BackendReport;
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
 * @throws InputError when folder, data set or run cannot be used
 * @throws AbortedError when the signal stopped it
 */
export async function makeFigures(
  out: string,
  figures: readonly FigureNumber[],
  settings: FigureSettings,
  options: MakeFiguresOptions,
): Promise<MadeFigure[]> {
  const recipes = figures.map((figure) => figureRecipe(figure, settings));
  const datasets = datasetShelf(options);
  // A data set that cannot be read is refused before anything is written.
  const [first] = recipes.flatMap(({ nets }) => nets);
  if (first !== undefined) await datasets(first);
  await prepareFolder(out);
  const zoo = openModelZoo(join(out, "models"), options.engine);
  const progress = overallProgress(expectedSeconds(recipes, zoo), options.onProgress);
  const made: MadeFigure[] = [];
  for (const recipe of recipes) {
    const tools = makeTools(out, recipe, settings.seed, { zoo, datasets, progress, signal: options.signal });
    const file = fileOf(recipe, await recipe.measure(tools), settings, options.engine);
    const paths = await writeFigure(out, file);
    made.push({ file, paths });
    options.onFigure?.(made.at(-1)!);
  }
  return made;
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
  readonly zoo: ModelZoo;
  readonly datasets: (net: NetSettings) => Promise<Dataset>;
  readonly progress: OverallProgress;
  readonly signal: AbortSignal | undefined;
}

function makeTools(out: string, { figure, seconds }: Recipe, seed: number, workshop: Workshop): FigureTools {
  const { zoo, datasets, progress, signal } = workshop;
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
    async keep(name, settings, weight, measure) {
      const path = join(out, "measured", `${name}-${settingsDigest(settings)}.json`);
      const part = progress.begin(`measure figure ${figure}`, weight * seconds);
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
  { figure, title, settings, nets }: Recipe,
  { data, notes }: Awaited<ReturnType<Recipe["measure"]>>,
  { preset, dataset, from }: FigureSettings,
  engine: BackendReport,
): FigureFile {
  const trained = nets.map(({ label, activation, run, gamma }) => ({ label, activation, gamma, ...run }));
  return {
    schema: FIGURE_SCHEMA,
    figure,
    title,
    settings: withoutPlaces({
      ...(from === undefined && { preset }),
      ...(nets.length > 0 && { dataset: from === undefined ? dataset : from.net.run.dataset.name }),
      ...settings,
      ...(nets.length > 0 && { nets: trained }),
      engine: { name: engine.name, threads: engine.threads },
      versions: versions(),
    }),
    notes,
    data,
  } as FigureFile;
}
