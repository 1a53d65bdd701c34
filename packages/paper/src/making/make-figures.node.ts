import { AbortedError, digest, InputError, stableJson, withFolder, type LongWork } from "@kwta/core";
import type { Dataset } from "@kwta/datasets";
import {
  computedBy,
  environmentOf,
  openDataset,
  readKept,
  withoutPlaces,
  writeKept,
  type BackendInUse,
} from "@kwta/runs";
import type { PrintWidth } from "@kwta/viz";
import { join } from "node:path";
import { FIGURE_SCHEMA, type FigureFile } from "../contract/figure-file.ts";
import type { Figure, FigureSetup } from "../contract/figure.ts";
import type { FigureTools, Recipe } from "../contract/recipe.ts";
import type { NetSettings } from "../shared/nets.ts";
import { openModelZoo, type ModelZoo } from "./model-zoo.node.ts";
import { overallProgress, type OverallProgress } from "./overall-progress.ts";
import { writeFigure, type FigurePaths } from "./write-figure.node.ts";

/** @see {@link makeFigures} */
export interface MakeFiguresOptions extends LongWork {
  /** What computes: data files note it. */
  readonly backend: BackendInUse;
  /** Downloads what is missing of the data set first. @defaultValue false */
  readonly download?: boolean | undefined;
  /**
   * Whether nets are trained that are not there. Without it figures show those that are, and what needs others is left out.
   *
   * @defaultValue true
   */
  readonly train?: boolean | undefined;
  /** Draws each for a paper too: as wide as a column or a page. @defaultValue not */
  readonly width?: PrintWidth | undefined;
  /** Called before anything is trained or measured, with the seconds of one core that all of it may take. */
  readonly onCost?: (seconds: number) => void;
  /** Called with each figure of which no net is there, where nothing is trained; the others are made. @defaultValue an error is thrown */
  readonly onSkipped?: ((figure: Figure) => void) | undefined;
  /** Called with each figure that could not be made; the others are made all the same. @defaultValue the error is thrown */
  readonly onFailed?: ((figure: Figure, error: unknown) => void) | undefined;
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
 * Nets and measurements are kept in the folder by all that they depend on: figures share them, and what was stopped goes on
 * where it was when it is called again.
 *
 * @param out `figure-1.json`, `.svg`, `.png`, `.html`, ..., and `models/` and `measured/` with what is kept
 * @param figures of `FIGURES`, or others
 * @throws InputError when folder, data set or run cannot be used, or another process is at work in the folder
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
  const { backend, signal, onProgress, onFigure, train = true } = options;
  const make = async (either: AbortSignal): Promise<MadeFigure[]> => {
    const zoo = openModelZoo(join(out, "models"), backend, datasets);
    const seconds = await expectedSeconds(
      recipes.map(({ recipe }) => recipe),
      zoo,
      train,
    );
    options.onCost?.(seconds);
    const progress = overallProgress(seconds, onProgress);
    const workshop: Workshop = { out, zoo, datasets, backend, progress, train, signal: either };
    const made: MadeFigure[] = [];
    for (const { figure, recipe } of recipes) {
      const nets = await availableNets(recipe.nets, workshop);
      if (nets.length === 0 && recipe.nets.length > 0) {
        if (options.onSkipped === undefined) {
          throw new InputError(`${figure.name} has no trained net yet. Leave --no-train out, or train its nets first.`);
        }
        options.onSkipped(figure);
        continue;
      }
      try {
        const data = await recipe.measure(makeTools(figure, recipe, setup.seed, workshop));
        const file = fileOf(figure, { ...recipe, nets }, data, setup, backend);
        made.push({ file, paths: await writeFigure(out, file, { figures: [figure], width: options.width }) });
      } catch (error) {
        if (options.onFailed === undefined || error instanceof AbortedError) throw error;
        options.onFailed(figure, error);
        continue;
      }
      onFigure?.(made.at(-1)!);
    }
    return made;
  };
  return withFolder(out, make, { signal, inside: [MEASURED] });
}

const MEASURED = "measured";

/**
 * How a figure is computed with this setup.
 *
 * @throws InputError when the run that the setup names cannot give the figure
 */
export function recipeOf(figure: Figure, setup: FigureSetup): Recipe {
  return figure.recipe(figure.settings(setup), setup);
}

/** Each net is trained once, whichever figures need it. */
async function expectedSeconds(recipes: readonly Recipe[], zoo: ModelZoo, train: boolean): Promise<number> {
  const trainings = new Map<string, number>();
  for (const net of recipes.flatMap(({ nets }) => nets)) {
    if (train && !(await zoo.has(net))) trainings.set(await zoo.folder(net), net.seconds);
  }
  const parts = [...trainings.values(), ...recipes.map(({ seconds }) => seconds)];
  return parts.reduce((a, b) => a + b, 0);
}

interface Workshop {
  readonly out: string;
  readonly zoo: ModelZoo;
  readonly datasets: (net: NetSettings) => Promise<Dataset>;
  readonly backend: BackendInUse;
  readonly progress: OverallProgress;
  readonly train: boolean;
  readonly signal: AbortSignal | undefined;
}

async function availableNets<N extends NetSettings>(
  nets: readonly N[],
  { zoo, train }: Workshop,
): Promise<readonly N[]> {
  if (train) return nets;
  const there = await Promise.all(nets.map((net) => zoo.has(net)));
  return nets.filter((_, i) => there[i]);
}

function makeTools({ name }: Figure, { seconds }: Recipe, seed: number, workshop: Workshop): FigureTools {
  const { out, zoo, datasets, backend, progress, signal } = workshop;
  const train = async (net: NetSettings): Promise<void> => {
    if (await zoo.has(net)) return;
    const training = progress.begin(`train ${net.run.model}`, net.seconds);
    await zoo.train(net, { signal, onProgress: training.onProgress });
    training.end();
  };
  const tools: FigureTools = {
    seed,
    dataset: datasets,
    available: (nets) => availableNets(nets, workshop),
    async withNet(net, use) {
      await train(net);
      const model = await zoo.load(net);
      try {
        return await use(model);
      } finally {
        model.dispose();
      }
    },
    async keep(what, nets, settings, weight, measure) {
      for (const net of nets) await train(net);
      const measured = await Promise.all(nets.map((net) => zoo.digest(net)));
      const key = await digest(stableJson([what, measured, settings, environmentOf(backend)]));
      const path = join(out, MEASURED, `${what}-${key.slice(0, 12)}.json`);
      const part = progress.begin(`measure ${name}`, weight * seconds);
      const found = await readKept<Awaited<ReturnType<typeof measure>>>(path, key);
      const value = found ?? (await measure({ signal, onProgress: part.onProgress }));
      if (found === undefined) await writeKept(path, key, value);
      part.end();
      // As a later reader finds it: JSON knows no undefined.
      return JSON.parse(JSON.stringify(value)) as typeof value;
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
  const trained = nets.map(({ label, activation, run, gamma, pretrained }) =>
    pretrained === undefined
      ? { label, activation, gamma, ...run }
      : { label, activation, pretrained, dataset: run.dataset },
  );
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
