import { InputError, show } from "@kwta/core";
import type { TrainingSettings } from "@kwta/training";

/** Which images: what `loadDataset` is called with. */
export interface DatasetSettings {
  readonly name: string;
  readonly dataDir?: string;
  readonly trainSize?: number;
  readonly testSize?: number;
  readonly seed?: number;
}

/** Everything that a training run depends on but the engine. */
export interface RunSettings {
  /** The model's id: `"resnet18-w16@kwta:0.1"`. */
  readonly model: string;
  readonly dataset: DatasetSettings;
  readonly method: "natural";
  readonly training: TrainingSettings & { readonly seed: number };
}

/** Where and by what a run was computed: an entry for its start and one for each time it was resumed. */
export interface Provenance {
  readonly startedAt: string;
  readonly fromStep: number;
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
