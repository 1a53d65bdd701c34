// @ts-check
import { toSentUnit } from "@kwta/evaluation";
import { openPool, startProcess } from "@kwta/workers";
/** @import { SentUnit, UnitResult, UnitRunner } from "@kwta/evaluation" */
/** @import { Reference } from "../workers/reference.mjs" */

/**
 * What a process can be asked for.
 *
 * @typedef {{
 *   open: { args: { backend: string, reference: Reference }, result: void, event: never },
 *   unit: { args: SentUnit, result: UnitResult, event: never },
 * }} ProcessCalls
 */

/**
 * Processes of one thread each that attack.
 *
 * @param {number} count
 * @param {string} backend
 * @param {Reference} reference
 * @returns {Promise<{ runner: UnitRunner, end(): Promise<void> }>}
 */
export async function openProcesses(count, backend, reference) {
  const pool = await openPool(
    /** @type {import("@kwta/workers").PoolOptions<ProcessCalls>} */ ({
      count,
      start: () => startProcess(new URL("process.mjs", import.meta.url)),
      prepare: (worker) => worker.call("open", { backend, reference }),
    }),
  );
  return {
    runner: { count, run: (unit, { signal }) => pool.call("unit", toSentUnit(unit), { signal }) },
    end: () => pool.end(),
  };
}
