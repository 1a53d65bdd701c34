// @ts-check
import { keepCases } from "../driver/keep-cases.mjs";
import { showProgress } from "../driver/progress.mjs";
import { RUNNERS } from "../driver/runner-list.mjs";
import { RunnerProcess } from "../driver/runner-process.mjs";
import { ALL_NETS, referenceFolders } from "../workers/reference.mjs";
import { ATTACKS, NORMS } from "./attacks.mjs";
import { besideTable, scoreTable } from "./tables.mjs";
import { scored } from "./scores.mjs";
/** @import { Runner, Trial } from "../driver/types.ts" */
/** @import { Found, Work } from "./types.ts" */

/** AttackBench's: forward and backward passes of each sample. */
const PASSES = 2000;
const QUICK_PASSES = 100;

/** Of each library, who does its work, on one thread: the first one that can be started. */
const LIBRARIES = { kwta: ["kwta-tensorflow-1t", "kwta-wasm-1t"], adv_lib: ["pytorch-1t"] };

/**
 * The nearest adversarial points that attacks find under one budget of passes, ours and adv_lib's, held against the best
 * of all.
 *
 * @type {Trial}
 */
export const attackbench = {
  name: "attackbench",
  summary:
    "How near minimum-norm attacks come under 2,000 passes, ours and adv_lib's: area under the curve, optimality.",
  async run({ quick, images = quick ? 6 : 40, only, signal }) {
    const folders = referenceFolders(ALL_NETS);
    const cases = keepCases(
      "attackbench",
      casesOf({ images, passes: quick ? QUICK_PASSES : PASSES, ...folders }),
      only,
    );
    const { processes, runners, notes } = await startLibraries();
    const stop = () => {
      for (const process of processes.values()) process.stop();
    };
    signal.addEventListener("abort", stop);
    const progress = showProgress("attackbench", cases);
    /** @type {Found[]} */
    const found = [];
    try {
      for (const [i, { work }] of cases.entries()) {
        const process = processes.get(work.library);
        if (process === undefined) continue;
        if (signal.aborted) break;
        progress.show(i, 0);
        try {
          found.push(readFound(work, await process.ask({ command: "numbers", work })));
        } catch (error) {
          if (signal.aborted) break;
          notes.push(
            `${work.library}'s ${work.attack} in ${work.norm} on ${work.net} ended: ${/** @type {Error} */ (error).message}`,
          );
        }
      }
    } finally {
      progress.end();
      signal.removeEventListener("abort", stop);
      stop();
    }
    const rows = scored(found);
    return { rows, tables: [...scoreTable(rows), ...besideTable(rows)], notes, runners, failed: false };
  },
};

/** @param {Omit<Work, "net" | "norm" | "attack" | "library">} rest @returns {{ name: string, effort: number, work: Work }[]} */
function casesOf(rest) {
  return ALL_NETS.flatMap((net) =>
    NORMS.flatMap((norm) =>
      Object.entries(ATTACKS).flatMap(([attack, libraries]) =>
        Object.entries(libraries)
          .filter(([, norms]) => norms.includes(norm))
          .map(([library]) => ({
            name: `${library}'s ${attack} in ${norm} on ${net}`,
            effort: 1,
            work: { net, norm, attack, library: /** @type {Work["library"]} */ (library), ...rest },
          })),
      ),
    ),
  );
}

async function startLibraries() {
  /** @type {Map<string, RunnerProcess>} */
  const processes = new Map();
  /** @type {Record<string, string>} */
  const runners = {};
  /** @type {string[]} */
  const notes = [];
  for (const [library, candidates] of Object.entries(LIBRARIES)) {
    for (const runner of candidates) {
      const process = new RunnerProcess(/** @type {Runner} */ (RUNNERS[runner]), "attackbench");
      try {
        runners[runner] = (await process.ready()).version;
        processes.set(library, process);
        break;
      } catch (error) {
        process.stop();
        notes.push(`Left out: ${runner}. ${/** @type {Error} */ (error).message}`);
      }
    }
  }
  return { processes, runners, notes };
}

/**
 * The numbers are three lists: distances, null where nothing was found; forward passes; backward passes.
 *
 * @param {Work} work
 * @param {{ seconds: number, numbers: (number | null)[] }} answer
 * @returns {Found}
 */
function readFound({ net, norm, attack, library }, { seconds, numbers }) {
  const n = numbers.length / 3;
  const mean = (/** @type {number} */ from) =>
    numbers.slice(from, from + n).reduce((/** @type {number} */ sum, each) => sum + (each ?? 0), 0) / n;
  return {
    net,
    norm,
    attack,
    library,
    distances: numbers.slice(0, n).map((each) => each ?? Infinity),
    forwards: mean(n),
    backwards: mean(2 * n),
    seconds: seconds / n,
  };
}
