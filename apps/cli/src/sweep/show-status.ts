import type { SweepStatus } from "@kwta/sweep";
import { setTimeout as sleep } from "node:timers/promises";
import type { Terminal } from "../terminal.ts";
import { newestFolder } from "../run-folders.ts";
import { statusText, summaryOf } from "./status-text.ts";

/** `kwta sweep status`: from the sweep's folder alone. */
export async function showStatus(
  folder: string | undefined,
  { watch }: { readonly watch: boolean },
  terminal: Terminal,
): Promise<void> {
  const { readResults, readSweepStatus } = await import("@kwta/sweep");
  const path = folder ?? (await newestFolder("sweep-", "kwta sweep status FOLDER"));
  const status = watch ? await untilEnd(path, terminal) : await readSweepStatus(path);
  const silence = (Date.now() - Date.parse(status.updatedAt)) / 1000;
  terminal.say(statusText(status, await readResults(path)));
  if (status.state === "running" && silence > SILENCE) {
    terminal.say(
      `\nThe last sign of life is ${Math.round(silence)} s old: its kwta sweep has ended. The same command goes on.`,
    );
  }
  terminal.result({ folder: path, summary: summaryOf(status), ...status });
}

async function untilEnd(path: string, { signal, onProgress }: Terminal): Promise<SweepStatus> {
  const { readSweepStatus } = await import("@kwta/sweep");
  for (;;) {
    const status = await readSweepStatus(path);
    if (status.state !== "running" || signal.aborted) return status;
    const { done, total, running, failed } = status;
    const figures = { running: running.length, failed: failed.length };
    onProgress({ task: path, done, total, unit: "job", figures });
    await sleep(INTERVAL, undefined, { signal }).catch(() => {});
  }
}

/** Milliseconds between two looks. */
const INTERVAL = 1000;
/** Seconds after which a sweep that writes every second is held to be gone. */
const SILENCE = 30;
