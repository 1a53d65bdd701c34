import type { Figure, FigureFile, FigureSetup, LABELS, MadeFigure } from "@kwta/paper";
import type { BackendInUse } from "@kwta/runs";
import type { Terminal } from "./terminal.ts";
import { given } from "./options.ts";
import { formatDuration } from "./progress-line.ts";
import { ShortfallError } from "./shortfall-error.ts";

/** @see {@link makeParts} */
export interface MakePartsOptions {
  readonly backend: BackendInUse;
  readonly width: "column" | "page" | undefined;
  readonly download: boolean | undefined;
  readonly train: boolean | undefined;
  /** Whether what cannot be made is said, and the others are made all the same; without it the error is thrown. */
  readonly goOn: boolean;
}

/** What {@link makeParts} made. */
export interface Parts {
  readonly made: readonly MadeFigure[];
  /** Ids of what failed. */
  readonly failed: readonly string[];
}

/** Makes figures and tables in a folder, and says of each what came of it. */
export async function makeParts(
  out: string,
  parts: readonly Figure[],
  setup: FigureSetup,
  { goOn, backend, ...options }: MakePartsOptions,
  { note, say, signal, onProgress }: Terminal,
): Promise<Parts> {
  const { LABELS: labels, makeFigures } = await import("@kwta/paper");
  signal.addEventListener("abort", () => note("Nothing is lost: the same command goes on from here."));
  const failed: string[] = [];
  const others = {
    onSkipped: ({ name }: Figure): void => say(`${name}: left out, none of its nets is there.\n`),
    onFailed({ id }: Figure, error: unknown): void {
      failed.push(id);
      say(`${id}: failed, the others go on. ${error instanceof Error ? error.message : String(error)}\n`);
    },
  };
  const made = await makeFigures(out, parts, setup, {
    backend,
    ...given(options),
    signal,
    onProgress,
    onCost: (seconds) =>
      note(`Takes up to about ${formatDuration(1000 * seconds)} of one core; what is kept is not done again.`),
    ...(goOn && others),
    onFigure: ({ file, paths }) => say(`${headingOf(file, parts)}\n${notesOf(file, labels)}\n  ${paths.html}\n`),
  });
  return { made, failed };
}

/** @throws ShortfallError where something failed */
export function checkParts({ failed }: Parts, count: number): void {
  if (failed.length === 0) return;
  throw new ShortfallError(
    `${failed.length} of ${count} parts failed: ${failed.join(", ")}. The same command tries them again.`,
  );
}

/** `"Figure 4: Accuracy over the sparsity ratio"` */
export function headingOf({ figure: id, title }: FigureFile, figures: readonly Figure[]): string {
  return `${figures.find((each) => each.id === id)!.name}: ${title}`;
}

/** A line for each sentence, after its label. */
export function notesOf({ notes }: Pick<FigureFile, "notes">, labels: typeof LABELS): string {
  return notes.map(({ kind, text }) => `  ${labels[kind]}: ${text}`).join("\n");
}
