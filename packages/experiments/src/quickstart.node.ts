import { layersClassifier, threatModel } from "@kwta/attacks";
import type { BackendReport } from "@kwta/backend";
import { InputError, show, type LongWork } from "@kwta/core";
import { prepareFolder, readJson, writeFileAtomic, writeJson } from "@kwta/core/node";
import { subset, toTensors, type Dataset } from "@kwta/datasets";
import { quickProtocol, type Samples } from "@kwta/evaluation";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { evaluateIntoFolder } from "./evaluate-run.node.ts";
import { attackExamples } from "./examples.ts";
import { finding } from "./finding.ts";
import { openDataset, type OpenDatasetOptions } from "./open-dataset.node.ts";
import { quickstartPage } from "./quickstart-page.ts";
import type { NetReport, QuickstartReport } from "./quickstart-report.ts";
import { quickstartModels, type QuickstartSettings } from "./quickstart-settings.ts";
import { trainRun } from "./train-run.node.ts";
import { versions } from "./versions.node.ts";

/** @see {@link quickstart} */
export interface QuickstartOptions extends LongWork, Pick<OpenDatasetOptions, "download"> {
  readonly engine: BackendReport;
  /** Those of a new quickstart; left out, the folder holds one, which goes on. */
  readonly settings?: QuickstartSettings;
}

/**
 * Trains a ReLU net and a k-WTA net of the same architecture, and measures on the same images what PGD says of them and
 * what adaptive attacks say. Leaves a run folder for each net, `report.json` and a self-contained `report.html`.
 *
 * @param path a new folder, or that of a quickstart that was stopped: what is complete in it is not done again
 * @throws InputError when the folder or the data cannot be used; then nothing has been written
 * @throws AbortedError when the signal stopped it; call it again without settings to go on
 */
export async function quickstart(path: string, options: QuickstartOptions): Promise<QuickstartReport> {
  const started = performance.now();
  const settings = options.settings ?? (await readSettings(path));
  const { download, signal, onProgress } = options;
  const dataset = await openDataset(settings.dataset, { download, signal, onProgress });
  if (options.settings !== undefined) await createFolder(path, settings);
  const models = quickstartModels(settings);
  const attacked = subset(dataset.test, Math.min(settings.samples, dataset.test.size), 0);
  const samples = toTensors(attacked, { start: 0, end: attacked.size });
  try {
    const relu = await measureNet(path, "relu", models.relu, settings, dataset, samples, options);
    const kwta = await measureNet(path, "kwta", models.kwta, settings, dataset, samples, options);
    const report: QuickstartReport = {
      schema: "kwta-quickstart@1",
      createdAt: new Date().toISOString(),
      settings,
      engine: { name: options.engine.name, threads: options.engine.threads },
      versions: versions(),
      seconds: (performance.now() - started) / 1000,
      nets: { relu, kwta },
      classNames: dataset.classNames,
      finding: finding({ relu: relu.evaluation, kwta: kwta.evaluation }),
    };
    await writeJson(join(path, "report.json"), report);
    await writeFileAtomic(join(path, "report.html"), await quickstartPage(report));
    return report;
  } finally {
    samples.x.dispose();
  }
}

async function createFolder(path: string, settings: QuickstartSettings): Promise<void> {
  if (existsSync(join(path, SETTINGS))) {
    throw new InputError(
      `${show(path)} already holds a quickstart. Go on with it by --resume ${path}, or choose another --out.`,
    );
  }
  await prepareFolder(path);
  await writeJson(join(path, SETTINGS), { schema: "kwta-quickstart-settings@1", settings });
}

const SETTINGS = "quickstart.json";

async function readSettings(path: string): Promise<QuickstartSettings> {
  if (!existsSync(join(path, SETTINGS))) {
    throw new InputError(
      `There is no quickstart in ${show(path)}: it has no ${SETTINGS}. Name the folder that it printed.`,
    );
  }
  const file = (await readJson(join(path, SETTINGS))) as { schema?: string; settings?: QuickstartSettings };
  if (file.schema !== "kwta-quickstart-settings@1" || file.settings === undefined) {
    throw new InputError(
      `${show(join(path, SETTINGS))} was written by another version of kwta. Start a new quickstart.`,
    );
  }
  return file.settings;
}

async function measureNet(
  path: string,
  run: string,
  id: string,
  settings: QuickstartSettings,
  dataset: Dataset,
  samples: Samples,
  { engine, signal, onProgress }: QuickstartOptions,
): Promise<NetReport> {
  const { seed } = settings;
  const folder = join(path, run);
  const resume = existsSync(join(folder, "run.json"));
  const runSettings = {
    model: id,
    dataset: settings.dataset,
    method: "natural",
    training: { ...settings.training, seed },
  } as const;
  const trained = await trainRun(folder, runSettings, dataset, { engine, resume, signal, onProgress });
  try {
    const classifier = layersClassifier(trained.model);
    const protocol = quickProtocol(settings.protocol);
    const threat = threatModel({ norm: "linf", eps: settings.eps });
    const evaluation = await evaluateIntoFolder(folder, classifier, samples, {
      protocol,
      threat,
      seed,
      epsilons: settings.epsilons,
      task: `attack ${id}`,
      signal,
      onProgress,
    });
    const entry = protocol.entries[0]!;
    const examples = await attackExamples(classifier, samples, entry, evaluation, { threat, seed, signal });
    const metrics = await trained.folder.readMetrics();
    return { model: id, run, parameters: trained.model.countParams(), metrics, evaluation, examples };
  } finally {
    trained.model.dispose();
  }
}
