import type { LongWork } from "@kwta/core";

/** One line of progress over work of many parts. */
export interface OverallProgress {
  /** Begins a part that is expected to take so many seconds. */
  begin(task: string, seconds: number): { readonly onProgress: LongWork["onProgress"]; end(): void };
}

/**
 * Adds the progress of parts up to that of a whole. A part may report several tasks one after the other; as their number is
 * not known, each is taken for most of what is left of the part.
 *
 * @param total the seconds that all parts together are expected to take
 */
export function overallProgress(total: number, onProgress: LongWork["onProgress"]): OverallProgress {
  let done = 0;
  const report = (task: string, figures?: Readonly<Record<string, number>>): void =>
    onProgress?.({
      task,
      done: Math.min(Math.round(total), Math.round(done)),
      total: Math.round(total),
      unit: "second",
      ...(figures && { figures }),
    });
  return {
    begin(task, seconds) {
      // Of this part: parts may lie inside each other.
      let given = 0;
      let start = 0;
      let current = "";
      const advance = (to: number, figures?: Readonly<Record<string, number>>): void => {
        done += Math.max(0, to - given);
        given = Math.max(to, given);
        report(task, figures);
      };
      report(task);
      return {
        onProgress(part) {
          if (part.task !== current) {
            current = part.task;
            start = given;
          }
          advance(start + MOST * (seconds - start) * (part.total > 0 ? part.done / part.total : 0), part.figures);
        },
        end: () => advance(seconds),
      };
    },
  };
}

const MOST = 0.9;
