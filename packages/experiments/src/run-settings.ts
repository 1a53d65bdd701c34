import { InputError, show } from "@kwta/core";
import type { AdversarialOptions, IncrementalOptions, TrainingSettings } from "@kwta/training";

/** Which images; see `openDataset`. */
export interface DatasetSettings {
  /** One of the `DATASETS` of `@kwta/datasets/node`. */
  readonly name: string;
  readonly dataDir?: string;
  /** Training images, a stratified subset. All of them where it is left out. */
  readonly subset?: number;
  /** Test images, a stratified subset. All of them where it is left out. */
  readonly testSize?: number;
  /** Height and width that the pictures of `folder` are scaled to. */
  readonly imageSize?: readonly [height: number, width: number];
  /** Of the drawing of the embedded sets, and of the choice of subsets. */
  readonly seed?: number;
}

/** Everything that a training run depends on but the engine. */
export interface RunSettings {
  /** The model's id: `"resnet18-w16@kwta:0.1"`. */
  readonly model: string;
  readonly dataset: DatasetSettings;
  /** One of `TRAINING_METHODS`. */
  readonly method: "natural" | "adversarial" | "incremental";
  /** Of an incremental training: of its base. */
  readonly training: TrainingSettings & { readonly seed: number };
  /** Of the method of that name. */
  readonly adversarial?: AdversarialOptions;
  /** Of the method of that name. */
  readonly incremental?: IncrementalOptions;
}

/** Where and by what a run was computed: an entry for its start and one for each time it was resumed. */
export interface Provenance {
  readonly startedAt: string;
  readonly fromStep: number;
  /** With all of its options, as `--backend` takes it. */
  readonly backend: string;
  readonly threads: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** What `run.json` holds. */
export interface RunFile {
  readonly schema: "kwta-run@1";
  readonly settings: RunSettings;
  readonly computedBy: readonly Provenance[];
}

/**
 * Checks that a value read from a file is a {@link RunFile}.
 *
 * @param source named in errors
 * @throws InputError when it is not
 */
export function checkRunFile(value: unknown, source: string): RunFile {
  const file = value as Partial<RunFile> | null;
  if (file?.schema !== "kwta-run@1" || typeof file.settings?.model !== "string") {
    throw new InputError(
      `${source} is not the run.json of a training: its schema is ${show(file?.schema)}, not "kwta-run@1".`,
    );
  }
  return file as RunFile;
}
