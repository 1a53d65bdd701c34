import type { Progress } from "@kwta/core";
import { harmless } from "./harmless.ts";

/** @see {@link progressLine} */
export interface ProgressLineOptions {
  readonly write: (text: string) => void;
  /** Whether the line can be drawn over itself. */
  readonly interactive: boolean;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Shows how far long work has come, and when it will be done. */
export interface ProgressLine {
  show(progress: Progress): void;
  /** Clears the line, so that other output can be printed. */
  clear(): void;
}

/**
 * One line on the terminal, redrawn at most ten times a second. Where the output is a file, a plain line every ten
 * seconds instead, whatever the task is by then.
 */
export function progressLine({ write, interactive, now }: ProgressLineOptions): ProgressLine {
  const interval = interactive ? 100 : 10_000;
  let task = "";
  let started = 0;
  let startedAt = 0;
  let drawn: number | undefined;
  return {
    show(progress) {
      if (progress.task !== task) {
        if (interactive && task !== "") write(CLEAR);
        task = progress.task;
        started = now();
        startedAt = progress.done;
        // The first line of a task comes at once on a terminal, and in a log only if work takes a while.
        drawn = interactive ? Number.NEGATIVE_INFINITY : (drawn ?? now());
      }
      if (now() - drawn! < interval && !(interactive && progress.done === progress.total)) return;
      drawn = now();
      const line = describe(progress, now() - started, startedAt);
      write(interactive ? CLEAR + line : `${line}\n`);
    },
    clear() {
      if (interactive && task !== "") write(CLEAR);
      task = "";
    },
  };
}

const CLEAR = "\r\u001B[2K";

/** `train relu  312/1250 steps  25 %  loss 0.412  accuracy 0.871  41 s left` */
function describe(progress: Progress, elapsedMs: number, startedAt = 0): string {
  const { task, done, total, unit, figures = {}, secondsLeft } = progress;
  const share = total > 0 ? Math.round((100 * done) / total) : 100;
  const parts = [harmless(task), `${done}/${total} ${unit}s`, `${share} %`];
  for (const [name, value] of Object.entries(figures))
    parts.push(`${name} ${Number.isInteger(value) ? value : value.toPrecision(3)}`);
  const made = done - startedAt;
  if (made > 0 && done < total && elapsedMs > 500) {
    const own = ((total - done) * elapsedMs) / made;
    const whole = secondsLeft === undefined ? 0 : 1000 * secondsLeft;
    parts.push(`${formatDuration(own)} left${whole > 1.2 * own ? `, ${formatDuration(whole)} in all` : ""}`);
  }
  return parts.join("  ");
}

/** `850 ms`, `12 s`, `3 min 05 s`, `2 h 10 min` */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
