import type { RunSummary } from "@kwta/runs";
import type { TableCell, TableColumn } from "@kwta/viz";

/** The columns of a table of trainings: first what came out, where little room is. */
export const COLUMNS: readonly (string | TableColumn)[] = [
  "run",
  "test",
  "attacked",
  "loss",
  "epochs",
  { title: "state", align: "left" },
  { title: "model", align: "left" },
  { title: "images", align: "left" },
  { title: "method", align: "left" },
];

/** A training as a row under {@link COLUMNS}. */
export function rowOf(run: RunSummary): TableCell[] {
  const { settings, epochs, loss, testAccuracy, robustTestAccuracy, complete, diverged } = run;
  const percent = (share: number | undefined): TableCell =>
    share === undefined ? null : `${(100 * share).toFixed(1)} %`;
  return [
    run.path,
    percent(testAccuracy),
    percent(robustTestAccuracy),
    loss === undefined ? null : loss.toPrecision(3),
    `${epochs}`,
    diverged !== undefined ? "diverged" : complete ? "complete" : "stopped",
    settings.model,
    settings.dataset.name,
    run.method,
  ];
}
