import { InputError, lookUp, show } from "@kwta/core";

/** The commands of kwta that a job can be. */
export type JobCommand = "train" | "evaluate";

/** What an option takes. */
export type OptionKind = "text" | "flag";

const text = "text" satisfies OptionKind;
const flag = "flag" satisfies OptionKind;

/**
 * The options that a job may have: those that numbers depend on, and none that names a file, a folder, a package, an address or a
 * variable of the environment.
 */
export const JOB_OPTIONS: Readonly<Record<JobCommand, Readonly<Record<string, OptionKind>>>> = {
  train: {
    recipe: text,
    model: text,
    dataset: text,
    subset: text,
    epochs: text,
    "batch-size": text,
    optimizer: text,
    schedule: text,
    "learning-rate": text,
    augment: text,
    method: text,
    gamma: text,
    clip: text,
    accumulate: text,
    ema: text,
    "label-smoothing": text,
    mixup: text,
    cutmix: text,
    awp: text,
    "awp-warmup": text,
    "validate-eps": text,
    validate: text,
    "validate-every": text,
    "validate-samples": text,
    "on-divergence": text,
    seed: text,
  },
  evaluate: {
    model: text,
    dataset: text,
    gamma: text,
    checkpoint: text,
    "exact-batch-norm": flag,
    norm: text,
    eps: text,
    samples: text,
    range: text,
    protocol: text,
    without: text,
    attack: text,
    probes: text,
    "batch-size": text,
    targeted: text,
    alone: flag,
    seed: text,
  },
};

/** A backend as `--backend` takes it, without places of files. */
export const BACKEND: RegExp = /^[a-z]+(?::[A-Za-z]+=[\w.]+(?:,[A-Za-z]+=[\w.]+)*)?$/;

/** Names, numbers and the marks between them; a slash only within a fraction, so that nothing is a path or an address. */
const VALUE = /^(?:[\w.:,=+@() -]|(?<=\d)\/(?=\d))*$/;
/** What would be read from a file. */
const FILE = /\.(?:json|m?[jt]s|onnx|pth|pt|safetensors|h5|keras)$/i;
const MOST_CHARACTERS = 1000;

/**
 * Checks an option of a job.
 *
 * @throws InputError for one that jobs do not have, and for a value that could be a file or an address
 */
export function checkOption(command: JobCommand, name: string, value: string): void {
  const kind = lookUp(`option of ${command} in a sweep`, name, JOB_OPTIONS[command]);
  if (kind === "flag") {
    if (value === "true" || value === "false") return;
    throw new InputError(`${name} of ${command} is ${show(value)}; give true or false.`);
  }
  if (value.length <= MOST_CHARACTERS && VALUE.test(value) && !FILE.test(value)) return;
  throw new InputError(
    `${name} of ${command} is ${show(value)}. Jobs take names, numbers and specs such as "pgd:steps=40,stepSize=2/255", ` +
      "no files and no addresses.",
  );
}

/** The words of an option for a command line. */
export function optionWords(command: JobCommand, name: string, value: string): string[] {
  if (JOB_OPTIONS[command][name] === "flag") return value === "true" ? [`--${name}`] : [];
  return [`--${name}=${value}`];
}
