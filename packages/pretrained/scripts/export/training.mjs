import { stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@kwta/core";
import { formatMethod, formatOptimizer, formatSchedule } from "@kwta/training";

/** How a run was made: what of its settings a command can say, and what it took. */
export async function trainingOf(run, settings, computedBy, gamma) {
  const [part, ...later] = computedBy;
  if (later.length > 0) throw new InputError("The run was stopped and resumed, so its time is not known.");
  const { epochs, seed } = settings.training;
  const end = (await stat(gamma === undefined ? join(run, "model", "model.json") : gammaFile(run, gamma))).mtimeMs;
  return {
    command: trainCommand(settings),
    method: formatMethod(settings.method),
    ...(gamma !== undefined && { gamma }),
    seed,
    epochs,
    seconds: Math.round((end - Date.parse(part.startedAt)) / 1000),
    kwta: part.versions.kwta,
    backend: part.backend,
    threads: part.threads,
  };
}

function gammaFile(run, gamma) {
  return join(run, "checkpoints", `gamma-${gamma}.safetensors`);
}

/** What a training is asked for with. */
const KNOWN = new Set(["epochs", "batchSize", "learningRate", "optimizer", "augment", "seed"]);

function trainCommand({ model, dataset, method, training }) {
  const odd = Object.keys(training).filter((name) => !KNOWN.has(name));
  if (odd.length > 0) throw new InputError(`The command of the training cannot be written: it has ${odd.join(", ")}.`);
  const options = {
    model,
    dataset: dataset.name,
    subset: dataset.subset,
    method: method.id === "standard" ? undefined : formatMethod(method),
    epochs: training.epochs,
    "batch-size": training.batchSize,
    optimizer: formatOptimizer(training.optimizer),
    schedule: formatSchedule(training.learningRate),
    augment: training.augment === "none" ? undefined : training.augment,
    seed: training.seed,
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return ["kwta train", ...given.map(([name, value]) => `--${name} ${value}`)].join(" ");
}
