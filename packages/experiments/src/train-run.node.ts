import type { BackendReport } from "@kwta/backend";
import type { LongWork } from "@kwta/core";
import { writeJson } from "@kwta/core/node";
import { subset, type Dataset } from "@kwta/datasets";
import { createModel } from "@kwta/models";
import { saveModel } from "@kwta/models/node";
import { checkTraining, train } from "@kwta/training";
import { createRunFolder, openRunFolder, type RunFolder } from "@kwta/training/node";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { join } from "node:path";
import { checkRunFile, type Provenance, type RunFile, type RunSettings } from "./run-settings.ts";
import { trainingPlan } from "./training-methods.ts";
import { versions } from "./versions.node.ts";

/** @see {@link trainRun} */
export interface TrainRunOptions extends LongWork {
  readonly engine: BackendReport;
  /** Go on with the run that the folder holds. @defaultValue false */
  readonly resume?: boolean;
  /** Images of the test split that the accuracy after each epoch is measured on. @defaultValue 1000 */
  readonly testSize?: number;
}

/** A trained model and the run that trained it. */
export interface TrainedRun {
  readonly model: LayersModel;
  readonly folder: RunFolder;
  readonly settings: RunSettings;
}

/**
 * Trains a model into a run folder: `run.json`, `metrics.jsonl`, `checkpoints/` and, at the end, `model/`. What was
 * stopped goes on where it was; what is complete is loaded. `loadRunModel` loads the model of an incremental training
 * at each sparsity ratio.
 *
 * @throws InputError for unusable settings, or a folder that holds another run
 */
export async function trainRun(
  path: string,
  settings: RunSettings,
  dataset: Dataset,
  options: TrainRunOptions,
): Promise<TrainedRun> {
  const { signal, onProgress, testSize = 1000 } = options;
  // Everything that may be refused comes before the folder is made.
  const plan = trainingPlan(settings);
  const model = createModel(settings.model, {
    inputShape: dataset.shape,
    numClasses: dataset.classNames.length,
    seed: settings.training.seed,
  });
  try {
    checkTraining(model, dataset.train, plan.settings);
    const folder = await openOrCreate(path, settings, options);
    const task = `train ${settings.model}`;
    await train(model, dataset.train, plan.settings, {
      task,
      method: plan.method,
      signal,
      onProgress,
      resume: folder.checkpoint,
      test: subset(dataset.test, Math.min(testSize, dataset.test.size), 0),
      onMetrics: folder.saveMetrics,
      onCheckpoint: folder.saveCheckpoint,
      onGamma: folder.saveGammaWeights,
    });
    await saveModel(model, join(path, "model"));
    return { model, folder, settings };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

async function openOrCreate(path: string, settings: RunSettings, options: TrainRunOptions): Promise<RunFolder> {
  const { engine, resume = false } = options;
  const provenance = (fromStep: number): Provenance => ({
    startedAt: new Date().toISOString(),
    fromStep,
    backend: engine.spec,
    threads: engine.threads,
    versions: versions(),
  });
  if (!resume) {
    const file: RunFile = { schema: "kwta-run@1", settings, computedBy: [provenance(0)] };
    return createRunFolder(path, file);
  }
  const folder = await openRunFolder(path);
  const file = checkRunFile(folder.settings, join(path, "run.json"));
  const computedBy = [...file.computedBy, provenance(folder.checkpoint?.step ?? 0)];
  await writeJson(join(path, "run.json"), { ...file, computedBy });
  return folder;
}
