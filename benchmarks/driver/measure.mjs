// @ts-check
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, show } from "@kwta/core";
import { RunnerProcess } from "./runner-process.mjs";
import { RUNNERS } from "./runner-list.mjs";
import { Notes } from "./notes.mjs";
import { showProgress } from "./progress.mjs";
import { summarise } from "./statistics.mjs";
/** @import { Comparison, Case, Choice, Contestant, Effort, Found, Runner, Row } from "./types.ts" */

const FULL = { rounds: 9, slowRounds: 3, slow: 2, turn: 0.1, pause: 0.02 };
const QUICK = { rounds: 3, slowRounds: 1, slow: 0.2, turn: 0.005, pause: 0.002 };
/** How far the mean size of a contestant's results may be from the others'. */
const TOLERANCE = 1e-3;

/**
 * Has all contestants do all cases, in turns.
 *
 * @param {Comparison} benchmark
 * @param {Choice} choice
 * @param {(soFar: () => Found) => void} [begun] is given what tells what has been found, at any time
 * @returns {Promise<Found>}
 * @throws {InputError} when there is nothing of what was chosen
 */
export async function measure(benchmark, choice, begun) {
  const effort = choice.quick ? QUICK : FULL;
  const cases = chosen("case", benchmark.cases(choice.quick, choice.images), choice.cases);
  const taking = chosen("contestant", benchmark.contestants, choice.contestants);
  const notes = new Notes();
  /** @type {Row[]} */
  const rows = [];
  const { processes, versions } = await startRunners(benchmark.name, taking, notes);
  const found = () => ({ rows, notes: [...notes.lines(), ...(benchmark.conclude?.(rows) ?? [])], runners: versions });
  begun?.(found);
  try {
    const contestants = taking.filter(({ runner }) => processes.has(runner));
    const progress = showProgress(benchmark.name, cases);
    for (const [index, each] of cases.entries()) {
      progress.show(index, 0);
      const longest = benchmark.once ? Infinity : undefined;
      const entrants = await prepare(each, contestants, processes, effort, notes, longest);
      const tell = (/** @type {number} */ share) => progress.show(index, share);
      rows.push(...(benchmark.once ? firstRuns(each, entrants) : await alternate(each, entrants, effort, tell, notes)));
      for (const { process, contestant } of entrants) await release(process, contestant);
    }
    progress.end();
    return found();
  } finally {
    for (const process of processes.values()) process.stop();
  }
}

/**
 * Those whose names hold one of the texts; all where there are no texts.
 *
 * @template {{ readonly name: string }} T
 * @param {string} what @param {readonly T[]} all @param {readonly string[] | undefined} texts
 * @returns {readonly T[]}
 */
function chosen(what, all, texts) {
  if (texts === undefined) return all;
  const odd = texts.find((text) => text === "" || !all.some(({ name }) => name.includes(text)));
  if (odd === undefined) return all.filter(({ name }) => texts.some((text) => name.includes(text)));
  throw new InputError(
    `No ${what} has ${show(odd)} in its name. There are: ${all.map(({ name }) => name).join("; ")}.`,
  );
}

/** @param {string} name of the benchmark @param {readonly Contestant[]} contestants @param {Notes} notes */
async function startRunners(name, contestants, notes) {
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
 * @param {Effort} effort @param {Notes} notes @param {number} [longest] seconds, in place of the runner's
 */
async function prepare(
  { name, work, found, tolerance = TOLERANCE },
  contestants,
  processes,
  { turn, slow },
  notes,
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
      const request = { command: "prepare", slot, work: { ...work, ...settings }, warmUp, slow };
      const { seconds, check } = await process.ask(request);
      entrants.push({ contestant, process, seconds, check });
      if (seconds > longestRun) throw new Error(`One run takes ${seconds.toFixed(1)} s, over ${longestRun} s`);
    } catch (error) {
      notes.without(contestant.name, name, /** @type {Error} */ (error).message);
      await release(process, contestant);
    }
  }
  if (found === undefined) return sameResults(entrants, name, tolerance, notes);
  notes.results(
    name,
    entrants.map(({ contestant, check }) => `${contestant.name} ${check}`),
    found,
  );
  return entrants;
}

/**
 * Only those whose results are like the others': a wrong number may be had fast.
 *
 * @param {Entrant[]} entrants @param {string} caseName @param {number} tolerance @param {Notes} notes
 */
function sameResults(entrants, caseName, tolerance, notes) {
  const checks = entrants.flatMap(({ check }) => check ?? []);
  if (checks.length === 0) return entrants;
  const { median } = summarise(checks);
  return entrants.filter(({ contestant, check }) => {
    if (check === null || Math.abs(check - median) <= tolerance * Math.abs(median)) return true;
    notes.without(contestant.name, caseName, `Its results are of mean size ${check}, those of the others ${median}`);
    return false;
  });
}

/** @param {Case} each @param {readonly Entrant[]} entrants @returns {Row[]} */
function firstRuns({ name, unit, value }, entrants) {
  return entrants.map(({ contestant, seconds }) => ({
    case: name,
    contestant: contestant.name,
    ...summarise([value(seconds)]),
    unit,
  }));
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
 * @param {(share: number) => void} tell @param {Notes} notes
 * @returns {Promise<Row[]>}
 */
async function alternate({ name, unit, value }, entrants, { rounds, slowRounds, slow, turn, pause }, tell, notes) {
  const values = new Map(entrants.map((entrant) => [entrant, /** @type {number[]} */ ([])]));
  for (let round = 0; round < rounds; round++) {
    for (const [entrant, measured] of values) {
      const { contestant, process, seconds } = entrant;
      if (seconds > slow && round >= slowRounds) continue;
      tell(round / rounds);
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
