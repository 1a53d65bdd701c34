// @ts-check
import { rowTable } from "../driver/format-report.mjs";
import { showProgress } from "../driver/progress.mjs";
import { summarise } from "../driver/statistics.mjs";
import { FuzzProcess } from "./fuzz-process.mjs";
import { KINDS } from "./kinds/index.mjs";
/** @import { Row, Trial } from "../driver/types.ts" */
/** @import { Verdict } from "./types.ts" */

const FILES = 1600;
const QUICK_FILES = 25;
const SEED = 1;

/** Processor time that a file may take: seconds, and seconds for each mebibyte of it. */
const TIME = { least: 2, perMebibyte: 2 };
/** Memory that reading a file may take, in what it may unpack to: that, and copies on the way. */
const COPIES = 6;
/** Told of each kind at most. */
const MOST_VIOLATIONS = 20;

/**
 * Made files of every kind that is read: each must be read or refused in a sentence, within time and memory that its
 * length justifies. Wrong bytes alone never find what repeated instructions and blown-up lengths do.
 *
 * @type {Trial}
 */
export const fuzz = {
  name: "fuzz",
  summary: "Made files, right but for repeated parts and wrong lengths, against every reader: time and memory of each.",
  async run({ quick, signal }) {
    const kinds = Object.keys(KINDS).map((name) => ({ name, effort: 1 }));
    const count = quick ? QUICK_FILES : FILES;
    const progress = showProgress("fuzz", kinds);
    const process = new FuzzProcess();
    const results = [];
    signal.addEventListener("abort", process.stop);
    try {
      for (const [i, { name }] of kinds.entries()) {
        if (signal.aborted) break;
        results.push(await fuzzKind(process, name, count, signal, (share) => progress.show(i, share)));
      }
    } catch (error) {
      // The file at hand ended with the process.
      if (!signal.aborted) throw error;
    } finally {
      progress.end();
      process.stop();
    }
    const rows = results.flatMap(({ kind, verdicts }) => rowsOf(kind, verdicts));
    return {
      rows,
      tables: [rowTable(rows)],
      runners: {},
      notes: results.flatMap(({ kind, verdicts, violations }) => {
        const refused = verdicts.filter((verdict) => verdict.refused).length;
        const sum = `${kind}: ${count} files, ${refused} refused, ${violations.length} beyond their budget or with a fault.`;
        return [sum, ...violations.slice(0, MOST_VIOLATIONS)];
      }),
      failed: results.some(({ violations }) => violations.length > 0),
    };
  },
};

/**
 * @param {FuzzProcess} process @param {string} kind @param {number} count @param {AbortSignal} signal
 * @param {(share: number) => void} show
 */
async function fuzzKind(process, kind, count, signal, show) {
  /** @type {Verdict[]} */
  const verdicts = [];
  /** @type {string[]} */
  const violations = [];
  for (let from = 0; from < count;) {
    const ended = await process.perform({ kind, seed: SEED, from, to: count }, (verdict, most) => {
      verdicts.push(verdict);
      const wrong = whatIsWrong(verdict, most);
      if (wrong !== undefined) violations.push(`${kind} ${verdict.index} (${verdict.bytes} bytes): ${wrong}`);
      show(verdict.index / count);
    });
    // A file is not to blame for a process that was stopped.
    if (ended === undefined || signal.aborted) break;
    violations.push(`${kind} ${ended.index} (${ended.bytes} bytes): ${ended.how}`);
    from = ended.index + 1;
  }
  return { kind, verdicts, violations };
}

/** @param {Verdict} verdict @param {number} most bytes that it may unpack to */
function whatIsWrong({ bytes, seconds, memory, fault }, most) {
  if (fault !== undefined) return fault;
  if (seconds > TIME.least + (TIME.perMebibyte * bytes) / 2 ** 20) return `took ${seconds.toFixed(1)} s`;
  if (memory !== undefined && memory > COPIES * most) return `took ${(memory / 2 ** 20).toFixed(0)} MiB`;
  return undefined;
}

/** @param {string} kind @param {readonly Verdict[]} verdicts @returns {Row[]} */
function rowsOf(kind, verdicts) {
  const times = verdicts.map(({ seconds }) => 1000 * seconds);
  const memories = verdicts.flatMap(({ memory }) => (memory === undefined ? [] : memory / 2 ** 20));
  return [
    ...(times.length > 0 ? [{ case: kind, contestant: "time", ...summarise(times), unit: "ms" }] : []),
    ...(memories.length > 0 ? [{ case: kind, contestant: "memory", ...summarise(memories), unit: "MiB" }] : []),
  ];
}
