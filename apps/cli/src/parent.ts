import type { Progress } from "@kwta/core";

/** The program that started this one for a job of a sweep, where one did. */
interface Parent {
  /** How far the work has come; now and then. */
  tell(progress: Progress): void;
  leave(): void;
}

/**
 * The way to the program that started this one with a channel between them, as `@kwta/sweep` does for each job. Without one, nobody
 * is told.
 *
 * @param onGone called when that program has ended, however it did: nobody waits for the work any more
 */
export function openParent(onGone: (why: string) => void): Parent {
  // A program that runs commands by itself may have a channel, too, which is none of ours.
  if (process.send === undefined || process.env["KWTA_JOB"] !== "1") return { tell: () => {}, leave: () => {} };
  const gone = (): void => onGone("disconnect");
  process.on("disconnect", gone);
  // The channel is no reason to go on when the work is done.
  process.channel?.unref();
  let told = Number.NEGATIVE_INFINITY;
  return {
    tell(progress) {
      if (performance.now() - told < INTERVAL || !process.connected) return;
      told = performance.now();
      // A parent that is just dying says so by its end.
      process.send!(progress, () => {});
    },
    leave: () => void process.off("disconnect", gone),
  };
}

/** Milliseconds between two reports. */
const INTERVAL = 500;
