// @ts-check
import { createInterface } from "node:readline";
import { startTfjs } from "./start-tfjs.mjs";
/** @import { Tensor } from "@tensorflow/tfjs-core" */

/**
 * Work that has its inputs ready. `run` may restart the clock, when what it did until then is not to count. Its result is
 * disposed by the caller.
 *
 * @typedef {{ run(restartClock: () => void): Tensor | Promise<Tensor>, dispose(): void }} Prepared
 */

// Standard output is for answers only.
console.log = console.info = console.warn = console.error;
const say = (/** @type {object} */ answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
const { benchmark, ...settings } = JSON.parse(process.argv[2] ?? "");
/** @type {Map<string, Prepared>} */
const slots = new Map();

/** Waits until the work is done that was given to the backend; settled when it has started. */
let finish = async () => {};

const commands = {
  /**
   * Gets the work ready and runs it: once when that is slow, else for so many seconds more, for compilers and caches.
   *
   * @param {{ slot: string, work: object, warmUp: number, slow: number, listed: boolean, prepare: (work: object) => Prepared | Promise<Prepared> }} request
   */
  async prepare({ slot, work, warmUp, slow, listed, prepare }) {
    const prepared = await prepare(work);
    slots.set(slot, prepared);
    const first = await timed(prepared, async (result) => {
      return { check: await meanSize(result), ...(listed && { values: [...(await result.data())] }) };
    });
    let { seconds } = first;
    if (seconds > slow) return { seconds, ...first.value };
    for (let total = 0; total < warmUp; total += seconds) ({ seconds } = await timed(prepared));
    return { seconds, ...first.value };
  },
  /**
   * Does the work once and tells all numbers of its result, null for those that are not finite.
   *
   * @param {{ work: object, prepare: (work: object) => Prepared | Promise<Prepared> }} request
   */
  async numbers({ work, prepare }) {
    const prepared = await prepare(work);
    try {
      const { seconds, value } = await timed(prepared, async (result) => Array.from(await result.data()));
      return { seconds, numbers: value };
    } finally {
      prepared.dispose();
    }
  },
  /** @param {{ slot: string, count: number }} request */
  async measure({ slot, count }) {
    const prepared = /** @type {Prepared} */ (slots.get(slot));
    let seconds = 0;
    for (let i = 0; i < count; i++) seconds += (await timed(prepared)).seconds;
    return { seconds: seconds / count };
  },
  /** @param {{ slot: string }} request */
  release({ slot }) {
    slots.get(slot)?.dispose();
    slots.delete(slot);
    return {};
  },
};

/**
 * @template T
 * @param {Prepared} prepared
 * @param {(result: Tensor) => Promise<T>} [look]
 */
async function timed({ run }, look) {
  await finish();
  let start = performance.now();
  const result = await run(() => (start = performance.now()));
  await finish();
  const seconds = (performance.now() - start) / 1000;
  const value = await look?.(result);
  result.dispose();
  return { seconds, value };
}

/**
 * Mean of the absolute values: the same for all contestants, if they did the same.
 *
 * @param {Tensor} result
 */
async function meanSize(result) {
  let sum = 0;
  for (const value of await result.data()) sum += Math.abs(value);
  if (!Number.isFinite(sum)) throw new Error("Its results are not finite.");
  return sum / result.size;
}

/** @param {unknown} error */
const firstLine = (error) => /** @type {Error} */ (error).message.split("\n")[0];

try {
  const { version, finish: wait } = await startTfjs(settings);
  finish = wait;
  say({ version });
  const { prepare } = await import(`../${benchmark}/tfjs.mjs`);
  for await (const line of createInterface(process.stdin)) {
    const { command, ...request } = JSON.parse(line);
    try {
      say(await commands[/** @type {keyof typeof commands} */ (command)]({ ...request, prepare }));
    } catch (error) {
      say({ error: firstLine(error) });
    }
  }
} catch (error) {
  say({ error: firstLine(error) });
}
process.exit();
