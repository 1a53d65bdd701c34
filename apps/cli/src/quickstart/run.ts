import type { Samples } from "@kwta/attacks";
import { InputError, readJson, show, withFolder, writeFileAtomic, writeJson, type LongWork } from "@kwta/core";
import { subset, toTensors, type Dataset } from "@kwta/datasets";
import {
  computedBy,
  evaluateIntoFolder,
  foldedClassifier,
  hasRun,
  openDataset,
  trainRun,
  type BackendInUse,
  type OpenDatasetOptions,
} from "@kwta/runs";
import { createModel } from "@kwta/models";
import { methodSettings, standard } from "@kwta/training";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { finding } from "./finding.ts";
import { quickstartPage, SHOWN_IMAGES } from "./page.ts";
import { quickstartProtocol } from "./protocol.ts";
import type { NetReport, QuickstartReport } from "./report.ts";
import { checkQuickstartSettings, quickstartModels, type QuickstartSettings } from "./settings.ts";

/** @see {@link quickstart} */
export interface QuickstartOptions extends LongWork, Pick<OpenDatasetOptions, "download" | "onNote"> {
  readonly backend: BackendInUse;
  /** Those of a new quickstart; left out, the folder holds one, which goes on. */
  readonly settings?: QuickstartSettings;
}

/**
 * Trains a ReLU net and a k-WTA net of the same architecture, and measures on the same images what PGD says of them and
 * what adaptive attacks say. Leaves a run folder for each net, `report.json` and a self-contained `report.html`.
 *
 * @param path a new folder, or that of a quickstart that was stopped: what is complete in it is not done again
 * @throws InputError when the folder or the data cannot be used, or another process is at work in the folder; then nothing has
 *   been written
 * @throws AbortedError when the signal stopped it; call it again without settings to go on
 */
export async function quickstart(path: string, options: QuickstartOptions): Promise<QuickstartReport> {
  if (options.settings !== undefined) refuseSecond(path);
  const settings = options.settings ?? (await readSettings(path));
  const { download, signal, onProgress, onNote } = options;
  const dataset = await openDataset(settings.dataset, { download, signal, onProgress, onNote });
  checkNets(settings, dataset);
  const measure = async (either: AbortSignal): Promise<QuickstartReport> => {
    if (options.settings !== undefined) {
      refuseSecond(path);
      await writeJson(join(path, SETTINGS), { schema: SETTINGS_SCHEMA, settings });
    }
    return compare(path, settings, dataset, { ...options, signal: either });
  };
  return withFolder(path, measure, { signal });
}

async function compare(
  path: string,
  settings: QuickstartSettings,
  dataset: Dataset,
  options: QuickstartOptions,
): Promise<QuickstartReport> {
  const started = performance.now();
  const models = quickstartModels(settings);
  const attacked = subset(dataset.test, Math.min(settings.samples, dataset.test.size), 0);
  const samples = toTensors(attacked, { start: 0, end: attacked.size });
  try {
    const relu = await measureNet(path, "relu", models.relu, settings, dataset, samples, options);
    const kwta = await measureNet(path, "kwta", models.kwta, settings, dataset, samples, options);
    const report: QuickstartReport = {
      schema: "kwta-quickstart@2",
      createdAt: new Date().toISOString(),
      settings,
      computedBy: computedBy(options.backend),
      seconds: (performance.now() - started) / 1000,
      nets: { relu, kwta },
      classNames: dataset.classNames,
      finding: finding({ relu: relu.evaluation, kwta: kwta.evaluation }, settings.eps),
    };
    await writeJson(join(path, "report.json"), report);
    await writeFileAtomic(join(path, "report.html"), await quickstartPage(report));
    return report;
  } finally {
    samples.x.dispose();
  }
}

/** A net that cannot be built is refused before the other one is trained. */
function checkNets(settings: QuickstartSettings, { shape: inputShape, classNames }: Dataset): void {
  for (const id of Object.values(quickstartModels(settings))) {
    createModel(id, { inputShape, numClasses: classNames.length }).dispose();
  }
}

function refuseSecond(path: string): void {
  if (!existsSync(join(path, SETTINGS))) return;
  throw new InputError(
    `${show(path)} already holds a quickstart. Go on with it by --resume ${path}, or choose another --out.`,
  );
}

const SETTINGS = "quickstart.json";
const SETTINGS_SCHEMA = "kwta-quickstart-settings@2";

async function readSettings(path: string): Promise<QuickstartSettings> {
  if (!existsSync(join(path, SETTINGS))) {
    throw new InputError(
      `There is no quickstart in ${show(path)}: it has no ${SETTINGS}. Name the folder that it printed.`,
    );
  }
  const file = (await readJson(join(path, SETTINGS))) as { schema?: unknown; settings?: unknown } | null;
  const source = show(join(path, SETTINGS));
  if (file?.schema === SETTINGS_SCHEMA) return checkQuickstartSettings(file.settings, source);
  throw new InputError(`${source} was not written by this version of kwta. Start a new quickstart.`);
}

async function measureNet(
  path: string,
  run: string,
  id: string,
  settings: QuickstartSettings,
  dataset: Dataset,
  samples: Samples,
  { backend, signal, onProgress }: QuickstartOptions,
): Promise<NetReport> {
  const { training, eps, epsilons, estimate, seed } = settings;
  const folder = join(path, run);
  const runSettings = { model: id, dataset: settings.dataset, method: methodSettings(standard), training };
  const work = { backend, signal, onProgress };
  const trained = await trainRun(folder, runSettings, dataset, { ...work, resume: hasRun(folder) });
  const { classifier, environment, dispose } = foldedClassifier(trained.model);
  try {
    const { evaluation } = await evaluateIntoFolder(folder, classifier, samples, {
      ...work,
      environment,
      protocol: quickstartProtocol(estimate, eps),
      threat: { norm: "linf", eps: epsilons },
      seed,
      keepImages: SHOWN_IMAGES,
      task: `attack ${id}`,
    });
    const metrics = await trained.folder.readMetrics();
    return { model: id, run, parameters: trained.model.countParams(), metrics, evaluation };
  } finally {
    dispose();
    trained.model.dispose();
  }
}
