// @ts-check
import { setTimeout as sleep } from "node:timers/promises";
import { RunnerProcess } from "./runner-process.mjs";
import { RUNNERS } from "./runner-list.mjs";
import { showProgress } from "./progress.mjs";
import { summarise } from "./statistics.mjs";
/** @import { Notes } from "./notes.mjs" */
/** @import { Comparison, Case, Contestant, Effort, Measured, Runner, Row } from "./types.ts" */

const FULL = { rounds: 9, slowRounds: 3, slow: 2, turn: 0.1, pause: 0.02 };
const QUICK = { rounds: 3, slowRounds: 1, slow: 0.2, turn: 0.005, pause: 0.002 };
/** How far the mean size of a contestant's results may be from the others'. */
const TOLERANCE = 1e-3;

/**
 * Has all contestants do all cases, in turns.
 *
 * @param {Comparison} benchmark
 * @param {boolean} quick
 * @param {number | undefined} images
 * @param {Measured} measured receives each number as soon as it is known
 */
export async function measure(benchmark, quick, images, measured) {
  const effort = quick ? QUICK : FULL;
  const { rows, notes } = measured;
  const { processes, versions } = await startRunners(benchmark, notes);
  measured.runners = versions;
  try {
    const cases = benchmark.cases(quick, images);
    const contestants = benchmark.contestants.filter(({ runner }) => processes.has(runner));
    const progress = showProgress(benchmark.name, cases);
    for (const [index, each] of cases.entries()) {
      progress.show(index, 0);
      const longest = benchmark.once ? Infinity : undefined;
      const onFirst = (/** @type {Entrant} */ entrant) => void (benchmark.once && rows.push(firstRun(each, entrant)));
      const entrants = await prepare(each, contestants, processes, effort, notes, onFirst, longest);
      const show = (/** @type {number} */ share) => progress.show(index, share);
      if (!benchmark.once) rows.push(...(await alternate(each, entrants, effort, show, notes)));
      for (const { process, contestant } of entrants) await release(process, contestant);
    }
    progress.end();
  } finally {
    for (const process of processes.values()) process.stop();
  }
}

/** @param {Comparison} benchmark @param {Notes} notes */
async function startRunners({ name, contestants }, notes) {
  const names = [...new Set(contestants.map(({ runner }) => runner))];
  const starting = names.map((runner) => new RunnerProcess(/** @type {Runner} */ (RUNNERS[runner]), name));
  const started = await Promise.allSettled(starting.map((process) => process.ready()));
  /** @type {Map<string, RunnerProcess>} */
  const processes = new Map();
  /** @type {Record<string, string>} */
  const versions = {};
  for (const [i, runner] of names.entries()) {
    const [process, result] = [/** @type {RunnerProcess} */ (starting[i]), started[i]];
    if (result?.status === "fulfilled") {
      processes.set(runner, process);
      versions[runner] = result.value.version;
    } else {
      process.stop();
      notes.leftOut(runner, result?.reason.message);
    }
  }
  return { processes, versions };
}

/** @typedef {{ contestant: Contestant, process: RunnerProcess, seconds: number, check: number | null }} Entrant */

/**
 * Lets each contestant get the case ready and warm up, to find out who can do it and how long it takes.
 *
 * @param {Case} each @param {readonly Contestant[]} contestants @param {Map<string, RunnerProcess>} processes
 * @param {Effort} effort @param {Notes} notes @param {(entrant: Entrant) => void} onFirst receives each that is ready
 * @param {number} [longest] seconds, in place of the runner's
 */
async function prepare(
  { name, work, found, bySample },
  contestants,
  processes,
  { turn, slow },
  notes,
  onFirst,
  longest,
) {
  /** @type {Entrant[]} */
  const entrants = [];
  for (const contestant of contestants) {
    const process = processes.get(contestant.runner);
    if (process === undefined || contestant.takesPart?.(work) === false) continue;
    const { longestRun } =
      longest === undefined ? /** @type {Runner} */ (RUNNERS[contestant.runner]) : { longestRun: longest };
    try {
      const { name: slot, settings } = contestant;
      // What is measured by its first run is not run again to warm up.
      const warmUp = longest === undefined ? turn : 0;
      const listed = bySample === true;
      const request = { command: "prepare", slot, work: { ...work, ...settings }, warmUp, slow, listed };
      const { seconds, check, values } = await process.ask(request);
      const entrant = { contestant, process, seconds, check };
      entrants.push(entrant);
      if (seconds > longestRun) throw new Error(`One run takes ${seconds.toFixed(1)} s, over ${longestRun} s`);
      if (found !== undefined) notes.result(`${name}, ${found}`, contestant.name, check, values);
      onFirst(entrant);
    } catch (error) {
      notes.without(contestant.name, name, /** @type {Error} */ (error).message);
      await release(process, contestant);
    }
  }
  return found === undefined ? sameResults(entrants, name, notes) : entrants;
}

/**
 * Only those whose results are like the others': a wrong number may be had fast.
 *
 * @param {Entrant[]} entrants @param {string} caseName @param {Notes} notes
 */
function sameResults(entrants, caseName, notes) {
  const checks = entrants.flatMap(({ check }) => check ?? []);
  if (checks.length === 0) return entrants;
  const { median } = summarise(checks);
  return entrants.filter(({ contestant, check }) => {
    if (check === null || Math.abs(check - median) <= TOLERANCE * Math.abs(median)) return true;
    notes.without(contestant.name, caseName, `Its results are of mean size ${check}, those of the others ${median}`);
    return false;
  });
}

/** @param {Case} each @param {Entrant} entrant @returns {Row} */
function firstRun({ name, unit, value }, { contestant, seconds }) {
  return { case: name, contestant: contestant.name, ...summarise([value(seconds)]), unit };
}

/** @param {RunnerProcess} process @param {Contestant} contestant */
async function release(process, { name }) {
  // A process that has ended holds nothing any more.
  await process.ask({ command: "release", slot: name }).catch(() => {});
}

/**
 * A, B, C, A, B, C, ...: what slows the machine down for a while, slows all of them.
 *
 * @param {Case} each @param {readonly Entrant[]} entrants @param {Effort} effort
 * @param {(share: number) => void} show @param {Notes} notes
 * @returns {Promise<Row[]>}
 */
async function alternate({ name, unit, value }, entrants, { rounds, slowRounds, slow, turn, pause }, show, notes) {
  const values = new Map(entrants.map((entrant) => [entrant, /** @type {number[]} */ ([])]));
  for (let round = 0; round < rounds; round++) {
    for (const [entrant, measured] of values) {
      const { contestant, process, seconds } = entrant;
      if (seconds > slow && round >= slowRounds) continue;
      show(round / rounds);
      await sleep(1000 * pause);
      const count = Math.min(1000, Math.ceil(turn / seconds));
      try {
        const answer = await process.ask({ command: "measure", slot: contestant.name, count });
        measured.push(value(answer.seconds));
      } catch (error) {
        notes.without(contestant.name, name, /** @type {Error} */ (error).message);
        values.delete(entrant);
      }
    }
  }
  return [...values].map(([{ contestant }, measured]) => ({
    case: name,
    contestant: contestant.name,
    ...summarise(measured),
    unit,
  }));
}
