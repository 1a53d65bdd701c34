import { canBeSent, runUnit, toSentUnit, type UnitRunner } from "@kwta/evaluation";
import type { BackendInUse, OpenVictim } from "@kwta/runs";
import { openPool, startProcess, type Pool } from "@kwta/workers";
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { loadPlugin } from "../plugins.ts";
import { measureSpeed } from "./measure-speed.ts";
import type { WorkerCount } from "./work-options.ts";
import type { WorkerBackend, WorkerCalls, WorkerSetup } from "./worker-calls.ts";

/** What attacks. */
export interface Workforce {
  /** Left out where it is this process. */
  readonly runner?: UnitRunner;
  readonly backend: BackendInUse;
  end(): Promise<void>;
}

/** This process, which may do the work itself. */
export interface Here {
  readonly victim: OpenVictim;
  readonly backend: BackendInUse;
  note(text: string): void;
}

/**
 * Starts processes that attack, if there are to be several, or if several are faster than the threads of this one.
 *
 * @throws InputError for what one of them cannot open
 */
export async function openWorkforce(count: WorkerCount, setup: WorkerSetup, here: Here): Promise<Workforce> {
  const alone: Workforce = { backend: here.backend, end: async () => {} };
  const cores = availableParallelism();
  const isShared = setup.victim.kind === "http" || here.backend.device !== undefined;
  if (count === 1 || (count === "auto" && (cores === 1 || isShared))) return alone;
  const { pool, backend } = await openProcesses(count === "auto" ? cores : count, cores, setup);
  try {
    if (count === "auto" && !(await isFaster(pool, here))) {
      await pool.end();
      return alone;
    }
    const others = (await Promise.all(setup.plugins.map(loadPlugin))).flat();
    const runner = runnerOf(pool, here.victim, setup.batchSize, others);
    return { runner, backend: { ...here.backend, ...backend }, end: pool.end };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function openProcesses(
  count: number,
  cores: number,
  setup: WorkerSetup,
): Promise<{ readonly pool: Pool<WorkerCalls>; readonly backend: WorkerBackend }> {
  const { threads = Math.max(1, Math.floor(cores / count)) } = setup.backend;
  let backend: WorkerBackend | undefined;
  const pool = await openPool<WorkerCalls>({
    count,
    start: () => startProcess(new URL(`../evaluate-worker.node${extname(import.meta.url)}`, import.meta.url)),
    async prepare(worker) {
      backend = await worker.call("open", { ...setup, backend: { ...setup.backend, threads } });
    },
  });
  return { pool, backend: backend! };
}

/** A tenth more, since processes take memory and time to start. */
async function isFaster(pool: Pool<WorkerCalls>, { victim, note }: Here): Promise<boolean> {
  const here = await measureSpeed(victim.classifier);
  const there = (await pool.callAll("speed", undefined)).reduce((sum, each) => sum + each, 0);
  const isSo = there > 1.1 * here;
  const [processes, threads] = [there, here].map((speed) => Math.round(speed));
  note(
    `${pool.count} processes follow ${processes} gradients a second, the threads of one ${threads}: ${
      isSo ? `${pool.count} processes` : "one process"
    } will attack.`,
  );
  return isSo;
}

function runnerOf(
  pool: Pool<WorkerCalls>,
  victim: OpenVictim,
  batchSize: number,
  others: Awaited<ReturnType<typeof loadPlugin>>,
): UnitRunner {
  return {
    count: pool.count,
    async run(unit, { signal, onProgress, resume, onSnapshot }) {
      // An attack that holds a model of its own cannot be sent.
      if (!canBeSent(unit.attack, others)) {
        return runUnit(victim.classifier, unit, { batchSize, signal, onProgress, resume, onSnapshot });
      }
      const args = { unit: toSentUnit(unit), resume, isKept: onSnapshot !== undefined };
      // States are written one after the other, and all of them before the result is.
      let written: Promise<unknown> = Promise.resolve();
      const result = await pool.call("unit", args, {
        signal,
        onEvent(event) {
          if ("snapshot" in event) {
            written = written.then(() => onSnapshot?.(event.snapshot));
            // Its error is that of the unit, as soon as that is awaited.
            written.catch(() => {});
          } else onProgress?.({ task: unit.attack.id, done: event.done, total: unit.ids.length, unit: "image" });
        },
      });
      await written;
      return result;
    },
  };
}
