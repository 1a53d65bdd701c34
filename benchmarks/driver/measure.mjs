// @ts-check
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, show } from "@kwta/core";
import { RunnerProcess } from "./runner-process.mjs";
import { keepCases } from "./keep-cases.mjs";
import { RUNNERS } from "./runner-list.mjs";
import { Notes } from "./notes.mjs";
import { showProgress } from "./progress.mjs";
import { summarise } from "./statistics.mjs";
/** @import { Comparison, Case, Contestant, Effort, Extent, Runner, Row } from "./types.ts" */

const FULL = { rounds: 9, slowRounds: 3, slow: 2, turn: 0.1, pause: 0.02 };
const QUICK = { rounds: 3, slowRounds: 1, slow: 0.2, turn: 0.005, pause: 0.002 };
/** How far the mean size of a contestant's results may be from the others'. */
const TOLERANCE = 1e-3;

/**
 * Has all contestants do all cases, in turns.
 *
 * @param {Comparison} benchmark
 * @param {Extent} extent
 * @returns {Promise<{ rows: Row[], notes: string[], runners: Record<string, string> }>}
 * @throws {InputError} when there is nothing of what was chosen
 */
export async function measure(benchmark, { quick, images, signal, ...choice }) {
  const effort = quick ? QUICK : FULL;
  const notes = new Notes();
  const all = keepCases(benchmark.name, benchmark.cases(quick, images), choice.only);
  const cases = chosen("case", all, choice.cases);
  const taking = chosen("contestant", benchmark.contestants, choice.contestants);
  const { processes, versions } = await startRunners(benchmark.name, taking, notes);
  const stop = () => {
    for (const process of processes.values()) process.stop();
  };
  signal.addEventListener("abort", stop);
  try {
    const contestants = taking.filter(({ runner }) => processes.has(runner));
    const progress = showProgress(benchmark.name, cases);
    const rows = [];
    for (const [index, each] of cases.entries()) {
      if (signal.aborted) break;
      progress.show(index, 0);
      const entrants = await prepare(benchmark, each, contestants, processes, effort, notes, signal);
      const tell = (/** @type {number} */ share) => progress.show(index, share);
      rows.push(
        ...(benchmark.once ? firstRuns(each, entrants) : await alternate(each, entrants, effort, tell, notes, signal)),
      );
      for (const { process, contestant } of entrants) await release(process, contestant);
    }
    progress.end();
    return { rows, notes: [...notes.lines(), ...(benchmark.conclude?.(rows) ?? [])], runners: versions };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
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
 * @param {Comparison} benchmark @param {Case} each @param {readonly Contestant[]} contestants
 * @param {Map<string, RunnerProcess>} processes @param {Effort} effort @param {Notes} notes @param {AbortSignal} signal
 */
async function prepare(
  { once, longestRun },
  { name, work, found, bySample, tolerance = TOLERANCE },
  contestants,
  processes,
  { turn, slow },
  notes,
  signal,
) {
  /** @type {Entrant[]} */
  const entrants = [];
  for (const contestant of contestants) {
    const process = processes.get(contestant.runner);
    if (process === undefined || contestant.takesPart?.(work) === false) continue;
    const most = once ? Infinity : (longestRun ?? /** @type {Runner} */ (RUNNERS[contestant.runner]).longestRun);
    try {
      const { name: slot, settings } = contestant;
      // What is measured by its first run is not run again to warm up.
      const warmUp = once ? 0 : turn;
      const listed = bySample === true;
      const request = { command: "prepare", slot, work: { ...work, ...settings }, warmUp, slow, listed };
      const { seconds, check, values } = await process.ask(request);
      if (seconds > most) throw new Error(`One run takes ${seconds.toFixed(1)} s, over ${most} s`);
      entrants.push({ contestant, process, seconds, check });
      if (found !== undefined) notes.result(`${name}, ${found}`, contestant.name, check, values);
    } catch (error) {
      if (signal.aborted) break;
      notes.without(contestant.name, name, /** @type {Error} */ (error).message);
      await release(process, contestant);
    }
  }
  return found === undefined ? sameResults(entrants, name, tolerance, notes) : entrants;
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
 * @param {(share: number) => void} tell @param {Notes} notes @param {AbortSignal} signal
 * @returns {Promise<Row[]>}
 */
async function alternate(
  { name, unit, value },
  entrants,
  { rounds, slowRounds, slow, turn, pause },
  tell,
  notes,
  signal,
) {
  const values = new Map(entrants.map((entrant) => [entrant, /** @type {number[]} */ ([])]));
  for (let round = 0; round < rounds; round++) {
    for (const [entrant, measured] of values) {
      if (signal.aborted) break;
      const { contestant, process, seconds } = entrant;
      if (seconds > slow && round >= slowRounds) continue;
      tell(round / rounds);
      await sleep(1000 * pause);
      const count = Math.min(1000, Math.ceil(turn / seconds));
      try {
        const answer = await process.ask({ command: "measure", slot: contestant.name, count });
        measured.push(value(answer.seconds));
      } catch (error) {
        if (signal.aborted) break;
        notes.without(contestant.name, name, /** @type {Error} */ (error).message);
        values.delete(entrant);
      }
    }
  }
  return [...values].flatMap(([{ contestant }, measured]) =>
    measured.length === 0 ? [] : { case: name, contestant: contestant.name, ...summarise(measured), unit },
  );
}
