import { isObject, type Progress } from "@kwta/core";

/** Checks what a job's process, or a machine elsewhere, says of how far it has come; undefined where it is no progress. */
export function readProgress(value: unknown): Progress | undefined {
  if (!isObject(value)) return undefined;
  const { task, done, total, unit } = value;
  const isWhole =
    typeof task === "string" && typeof unit === "string" && Number.isFinite(done) && Number.isFinite(total);
  return isWhole ? ({ task: task.slice(0, 200), done, total, unit: unit.slice(0, 40) } as Progress) : undefined;
}
