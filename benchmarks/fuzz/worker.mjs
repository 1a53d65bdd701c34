// @ts-check
import { InputError, lookUp, mostUnpacked } from "@kwta/core";
import { Draws } from "./draws.mjs";
import { KINDS } from "./kinds/index.mjs";
import { readPeak, resetPeak } from "./peak-memory.mjs";
/** @import { Kind, Verdict } from "./types.ts" */

/** Longer than any message that a person reads. */
const LONGEST_MESSAGE = 1000;

/**
 * Makes and reads files one after the other, and tells of each before it and after it.
 *
 * @param {{ kind: string, seed: number, from: number, to: number }} task
 */
async function work({ kind: name, seed, from, to }) {
  const kind = await lookUp("kind of file", name, KINDS)();
  await kind.prepare?.();
  for (let index = from; index < to; index++) {
    const bytes = new Uint8Array(kind.make(new Draws(seed, name, index)));
    process.send?.({ index, bytes: bytes.length, most: mostUnpacked(bytes.length) });
    process.send?.(await read(kind, index, bytes));
  }
  process.send?.({ done: true });
}

/** @param {Kind} kind @param {number} index @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Verdict>} */
async function read(kind, index, bytes) {
  /** @type {{ gc?: () => void }} */ (globalThis).gc?.();
  const before = resetPeak();
  const start = process.cpuUsage();
  const outcome = await judge(kind, bytes);
  const { user, system } = process.cpuUsage(start);
  const memory = before === undefined ? undefined : readPeak() - before;
  return { index, bytes: bytes.length, seconds: (user + system) / 1e6, memory, ...outcome };
}

/** @param {Kind} kind @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<{ refused: boolean, fault?: string }>} */
async function judge(kind, bytes) {
  try {
    await kind.read(bytes);
    return { refused: false };
  } catch (error) {
    if (!(error instanceof InputError))
      return { refused: false, fault: String(/** @type {Error} */ (error)?.stack ?? error) };
    const { message } = error;
    const plain = message.length <= LONGEST_MESSAGE && /[.!?]$/s.test(message);
    return plain ? { refused: true } : { refused: true, fault: `No sentence: ${message.slice(0, 200)}` };
  }
}

process.on("disconnect", () => process.exit());
process.on("message", (task) => void work(/** @type {any} */ (task)));
