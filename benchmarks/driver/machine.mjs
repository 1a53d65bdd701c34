// @ts-check
import os from "node:os";
/** @import { Machine } from "./types.ts" */

/**
 * Describes this machine, without its name.
 *
 * @returns {Omit<Machine, "runners">}
 */
export function describeMachine() {
  return {
    cpu: os.cpus()[0]?.model.trim() || os.arch(),
    cores: os.availableParallelism(),
    memory: `${(os.totalmem() / 2 ** 30).toFixed(1)} GiB`,
    os: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    load: os.loadavg().map((load) => Number(load.toFixed(2))),
  };
}

/**
 * A note when the machine had other things to do. A benchmark itself is a load of at most one process per core.
 *
 * @param {Pick<Machine, "cores" | "load">} before what was seen at the start
 */
export function busy({ cores, load: [before = 0] }) {
  const [after = 0] = os.loadavg();
  if (before <= cores && after <= cores + 1) return [];
  const loads = `${before.toFixed(1)} at the start and ${after.toFixed(1)} at the end, on ${cores} cores`;
  return [`The machine was busy (load ${loads}): everything is slower than it could be, several threads most of all.`];
}
