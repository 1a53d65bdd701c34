import type { ResultRow, SweepStatus } from "@kwta/sweep";
import { formatTable } from "@kwta/viz";
import { formatDuration } from "../progress-line.ts";
import { resultsTable } from "./results-table.ts";

/** How a sweep stands, for a terminal. */
export function statusText(status: SweepStatus, results: readonly ResultRow[]): string {
  return [summaryOf(status), ...runningLines(status), ...failedLines(status), ...tableLines(results)].join("\n");
}

/** `12 of 20 jobs done, 2 running, 6 waiting; about 3 min left` */
export function summaryOf(status: SweepStatus): string {
  const { total, done, kept, running, waiting, blocked, failed, secondsLeft, state } = status;
  const counts = [
    `${done} of ${total} jobs done${kept > 0 ? ` (${kept} before)` : ""}`,
    ...(running.length > 0 ? [`${running.length} running`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    ...(blocked > 0 ? [`${blocked} need one that failed`] : []),
  ].join(", ");
  if (state === "stopped") return `${counts}; stopped`;
  const left =
    secondsLeft === undefined || state === "finished" ? "" : `; about ${formatDuration(1000 * secondsLeft)} left`;
  return counts + left;
}

/** What a job is at: `train small-cnn 12/60 steps on host`. */
export function runningText({ job, progress }: SweepStatus["running"][number]): string {
  const { task, done, total, unit, machine } = progress;
  const where = machine === undefined ? "" : ` on ${machine}`;
  return `${job}: ${task} ${done}/${total} ${unit}s${where}`;
}

function runningLines({ running }: SweepStatus): string[] {
  const lines = running.slice(0, MOST_LINES).map((each) => `  ${runningText(each)}`);
  return running.length > MOST_LINES ? [...lines, `  and ${running.length - MOST_LINES} more`] : lines;
}

function failedLines({ failed }: SweepStatus): string[] {
  const lines = failed
    .slice(0, MOST_LINES)
    .flatMap(({ job, reason, log }) => [`  FAILED ${job}`, `    ${reason}`, `    All that it said: ${log}`]);
  return failed.length > MOST_LINES ? [...lines, `  and ${failed.length - MOST_LINES} more`] : lines;
}

function tableLines(results: readonly ResultRow[]): string[] {
  return results.length === 0 ? [] : ["", formatTable(resultsTable(results.slice(0, MOST_ROWS)))];
}

const MOST_LINES = 10;
const MOST_ROWS = 200;
