import { InputError, show, withFolder, writeJson, type LongWork } from "@kwta/core";
import { subset, type Dataset } from "@kwta/datasets";
import { createModel, loadModel, saveModel } from "@kwta/models";
import { checkTraining, train, type MethodMaker } from "@kwta/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { join } from "node:path";
import { computedBy } from "./computed-by.node.ts";
import type { BackendInUse } from "./computed-by.ts";
import { datasetDigest } from "./digests.node.ts";
import { RUN_SCHEMA, type RunFile, type RunPart } from "./run-file.ts";
import { createRunFolder, hasModel, openRunFolder, readRunFile, type RunFolder } from "./run-folder.node.ts";
import { openEventFile } from "./tensorboard/event-file.node.ts";
import { differences, trainingSettings, type RunSettings } from "./run-settings.ts";

/** The most test images that a training measures its accuracy on, classes in their proportions. */
export const TEST_SIZE = 1000;

/** @see {@link trainRun} */
export interface TrainRunOptions extends LongWork {
  /** What computes: the run notes it. */
  readonly backend: BackendInUse;
  /** Go on with the run that the folder holds. @defaultValue false */
  readonly resume?: boolean;
  /** Those that the settings can name. @defaultValue METHODS */
  readonly methods?: readonly MethodMaker[];
  /** Images of the test split that the accuracy after each epoch is measured on. @defaultValue {@link TEST_SIZE} */
  readonly testSize?: number;
  /** Also writes event files into `tensorboard/`, for `tensorboard --logdir`. @defaultValue false */
  readonly tensorBoard?: boolean | undefined;
  /** Told what a person should know, such as a checkpoint that was damaged. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** A trained model and the run that trained it. */
export interface TrainedRun {
  readonly model: LayersModel;
  readonly folder: RunFolder;
  readonly settings: RunSettings;
  /** Whether it was complete already, so that nothing was left to train. */
  readonly wasComplete: boolean;
}

/**
 * Trains a model into a run folder: `run.json`, `metrics.jsonl`, `checkpoints/` and, at the end, `model/`. What was
 * stopped goes on where it was; what is complete is loaded. `loadRunModel` loads the model of an incremental training
 * at each sparsity ratio.
 *
 * @throws InputError for unusable settings, a folder that holds another run or one on other images, or in which another
 *   process is at work
 */
export async function trainRun(
  path: string,
  settings: RunSettings,
  dataset: Dataset,
  options: TrainRunOptions,
): Promise<TrainedRun> {
  const { signal, onProgress, methods, testSize = TEST_SIZE, resume = false, tensorBoard = false, onNote } = options;
  // Everything that may be refused comes before the folder is made.
  const training = trainingSettings(settings, methods);
  const model = createModel(settings.model, {
    inputShape: dataset.shape,
    numClasses: dataset.classNames.length,
    seed: settings.training.seed,
  });
  try {
    checkTraining(model, dataset.train, training);
    const images = await datasetDigest(dataset);
    const trainInto = async (either: AbortSignal): Promise<RunFolder> => {
      const folder = await openOrCreate(path, settings, images, options);
      for (const note of folder.notes) onNote?.(note);
      const onBoard = tensorBoard
        ? await openEventFile(join(path, "tensorboard"), folder.checkpoint?.step ?? 0)
        : undefined;
      await train(model, dataset.train, training, {
        task: `train ${settings.model}`,
        signal: either,
        onProgress,
        resume: folder.checkpoint,
        test: subset(dataset.test, Math.min(testSize, dataset.test.size), 0),
        onMetrics(line) {
          folder.saveMetrics(line);
          onBoard?.(line);
        },
        onCheckpoint: folder.saveCheckpoint,
        onGamma: folder.saveGammaWeights,
        onBest: folder.saveBest,
      });
      await saveModel(model, join(path, "model"));
      return folder;
    };
    if (resume && hasModel(path)) {
      const complete = await openComplete(path, settings, images);
      model.dispose();
      return complete;
    }
    const folder = await withFolder(path, trainInto, { signal, inside: ["checkpoints", "model"] });
    return { model, folder, settings, wasComplete: false };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

async function openComplete(path: string, settings: RunSettings, images: string): Promise<TrainedRun> {
  checkSame(path, await readRunFile(path), settings, images);
  const folder = await openRunFolder(path);
  return { model: await loadModel(join(path, "model")), folder, settings, wasComplete: true };
}

async function openOrCreate(
  path: string,
  settings: RunSettings,
  images: string,
  options: TrainRunOptions,
): Promise<RunFolder> {
  const { backend, resume = false } = options;
  const part = (fromStep: number): RunPart => ({
    startedAt: new Date().toISOString(),
    fromStep,
    ...computedBy(backend),
  });
  if (!resume) {
    const file: RunFile = { schema: RUN_SCHEMA, settings, images, computedBy: [part(0)] };
    return createRunFolder(path, file);
  }
  checkSame(path, await readRunFile(path), settings, images);
  const folder = await openRunFolder(path);
  const parts = [...folder.file.computedBy, part(folder.checkpoint?.step ?? 0)];
  await writeJson(join(path, "run.json"), { ...folder.file, computedBy: parts });
  return folder;
}

/** Only the run itself is gone on with. */
function checkSame(path: string, file: RunFile, settings: RunSettings, images: string): void {
  const differ = differences(file.settings, settings);
  if (differ.length > 0) {
    throw new InputError(
      `The folder ${show(path)} holds the run of other settings (${differ.join("; ")}). Name another folder.`,
    );
  }
  if (file.images === undefined || file.images === images) return;
  throw new InputError(
    `The run in ${show(path)} was trained on other images than those that are here now. ` +
      "Bring back the files of its data set, or start a new run in another folder.",
  );
}
