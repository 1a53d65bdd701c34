import type { RunSettings } from "@kwta/experiments";
import { command } from "../command.ts";
import {
  DATA_OPTIONS,
  ENGINE_OPTIONS,
  given,
  readCount,
  readEngine,
  readNumber,
  RESUME_OPTION,
  SEED_OPTION,
} from "../options.ts";
import { newestFolder, nextFolder } from "../run-folders.ts";

const args = {
  model: { type: "string", description: "Model id, such as resnet18-w16@kwta:0.1.", default: "small-cnn@kwta:0.1" },
  ...DATA_OPTIONS,
  "train-size": { type: "string", description: "Images to train on. Default: all." },
  epochs: { type: "string", description: "Epochs of training.", default: "4" },
  "batch-size": { type: "string", description: "Images in a step.", default: "64" },
  "learning-rate": { type: "string", description: "Peak of the one-cycle schedule.", default: "0.1" },
  augment: { type: "string", description: "none or crop-flip.", default: "none" },
  ...SEED_OPTION,
  ...ENGINE_OPTIONS,
  config: { type: "string", description: "Repeat the run of this run.json; other settings are ignored." },
  out: { type: "string", description: "Folder of the run. Default: a new one under runs/." },
  ...RESUME_OPTION,
} as const;

/** `kwta train`: thin over `@kwta/experiments`. */
export const train = command({
  name: "train",
  description: "Train a model into a run folder.",
  args,
  async run(given_, terminal) {
    const { startEngine, trainRun } = await import("@kwta/experiments/node");
    const { loadDataset } = await import("@kwta/datasets/node");
    const resume = given_.resume !== undefined;
    const resumed = given_.resume === "" ? await newestFolder("train-") : given_.resume;
    const settings = await readSettings(given_, resumed);
    const engine = await startEngine(readEngine(given_));
    const { name, ...options } = settings.dataset;
    const { signal, onProgress } = terminal;
    const dataset = await loadDataset(name, { ...options, signal, onProgress });
    const folder = resumed ?? given_.out ?? (await nextFolder(`train-${name}`));
    terminal.note(`Engine: ${engine.name}, ${engine.threads} threads. The run goes to ${folder}.`);
    signal.addEventListener("abort", () => terminal.note(`Go on with: kwta train --resume ${folder}`));
    const { model, folder: run } = await trainRun(folder, settings, dataset, { engine, resume, signal, onProgress });
    model.dispose();
    const epochs = (await run.readMetrics()).flatMap((line) => (line.kind === "epoch" ? [line] : []));
    const testAccuracy = epochs.at(-1)?.testAccuracy;
    terminal.say(
      `${settings.model} trained on ${name}: test accuracy ${(100 * (testAccuracy ?? Number.NaN)).toFixed(1)} %`,
    );
    terminal.say(`Attack it with: kwta evaluate --run ${folder}`);
    terminal.result({ folder, settings, testAccuracy });
  },
});

async function readSettings(
  options: { readonly [K in keyof typeof args]?: string | undefined },
  resumed: string | undefined,
): Promise<RunSettings> {
  const { checkRunFile } = await import("@kwta/experiments");
  const { readJson } = await import("@kwta/core/node");
  const file = resumed === undefined ? options.config : `${resumed}/run.json`;
  if (file !== undefined) return checkRunFile(await readJson(file), file).settings;
  const learningRate = readNumber("learning-rate", options["learning-rate"])!;
  return {
    model: options.model!,
    dataset: {
      name: options.dataset ?? "glyphs28",
      ...given({ dataDir: options["data-dir"], trainSize: readCount("train-size", options["train-size"], 10) }),
    },
    method: "natural",
    training: {
      epochs: readCount("epochs", options.epochs, 1)!,
      batchSize: readCount("batch-size", options["batch-size"], 1)!,
      learningRate: { shape: "one-cycle", peak: learningRate, warmup: 0.25 },
      augment: await readAugment(options.augment!),
      seed: readCount("seed", options.seed)!,
    },
  };
}

async function readAugment(name: string): Promise<"none" | "crop-flip"> {
  const { lookUp } = await import("@kwta/core");
  return lookUp("augmentation", name, { none: "none", "crop-flip": "crop-flip" } as const);
}
