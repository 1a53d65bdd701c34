import type { RunSummary } from "@kwta/runs";
import type { TableCell } from "@kwta/viz";

/** The columns of a table of trainings. */
export const COLUMNS: readonly string[] = [
  "run",
  "model",
  "images",
  "method",
  "epochs",
  "loss",
  "test",
  "attacked",
  "state",
];

/** A training as a row under {@link COLUMNS}. */
export function rowOf(run: RunSummary): TableCell[] {
  const { settings, epochs, loss, testAccuracy, robustTestAccuracy, complete, diverged } = run;
  const percent = (share: number | undefined): TableCell =>
    share === undefined ? null : `${(100 * share).toFixed(1)} %`;
  return [
    run.path,
    settings.model,
    settings.dataset.name,
    run.method,
    `${epochs}`,
    loss === undefined ? null : loss.toPrecision(3),
    percent(testAccuracy),
    percent(robustTestAccuracy),
    diverged !== undefined ? "diverged" : complete ? "complete" : "stopped",
  ];
}
