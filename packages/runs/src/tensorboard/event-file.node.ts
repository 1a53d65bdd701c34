import type { Metrics } from "@kwta/training";
import { appendFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { encodeEvent, type BoardEvent } from "./events.ts";

/**
 * Opens an event file that TensorBoard shows while it grows. Each stretch of the work on a run has a file of its own.
 *
 * @param folder what `tensorboard --logdir` is to name
 * @param fromStep where this stretch begins: TensorBoard drops what earlier ones say of later steps
 * @returns takes the metrics of the run
 */
export async function openEventFile(folder: string, fromStep: number): Promise<(metrics: Metrics) => void> {
  await mkdir(folder, { recursive: true });
  const seconds = (): number => Date.now() / 1000;
  const path = join(folder, `events.out.tfevents.${Date.now()}.kwta`);
  const append = (event: BoardEvent): void => appendFileSync(path, encodeEvent(event, seconds()));
  append({ kind: "version" });
  append({ kind: "start", step: fromStep + 1 });
  return ({ kind, step, ...others }) => {
    const values = Object.entries(others).filter((entry): entry is [string, number] => typeof entry[1] === "number");
    const tagged = values.map(([name, value]) => [`${kind}/${name}`, value] as const);
    append({ kind: "scalars", step, values: Object.fromEntries(tagged) });
  };
}
