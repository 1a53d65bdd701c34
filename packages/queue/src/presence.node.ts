import { isObject, parseJson } from "@kwta/core";
import type { Redis } from "ioredis";
import { PREFIX } from "./queue-name.ts";

/** What a worker says of itself, every few seconds. */
export interface WorkerPresence {
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly backends: readonly string[];
  /** Of each of its jobs, in GiB. */
  readonly memory: number;
  readonly gpu: boolean;
  /** How many jobs it takes at once, and how many it has. */
  readonly slots: number;
  readonly jobs: number;
}

/** Milliseconds between two signs of life, and after which a worker is held to be gone. */
export const SIGN = 5000;
const SILENCE = 4 * SIGN;

const setKey = (store: string): string => `${PREFIX}:workers:${store.slice(0, 8)}`;
const keyOf = (store: string, id: string): string => `${PREFIX}:worker:${store.slice(0, 8)}:${id}`;

/** Says that a worker is there. */
export async function sayPresent(redis: Redis, store: string, id: string, presence: WorkerPresence): Promise<void> {
  await redis.set(keyOf(store, id), JSON.stringify(presence), "PX", SILENCE);
  await redis.sadd(setKey(store), id);
}

/** Says that a worker has gone. */
export async function sayGone(redis: Redis, store: string, id: string): Promise<void> {
  await redis.del(keyOf(store, id));
  await redis.srem(setKey(store), id);
}

/** The workers of a store that gave a sign of life. */
export async function presentWorkers(redis: Redis, store: string): Promise<WorkerPresence[]> {
  const ids = await redis.smembers(setKey(store));
  if (ids.length === 0) return [];
  const texts = await redis.mget(ids.map((id) => keyOf(store, id)));
  const gone = ids.filter((_, i) => texts[i] === null);
  if (gone.length > 0) await redis.srem(setKey(store), ...gone);
  return texts.flatMap((text) => (text === null ? [] : readPresence(text)));
}

function readPresence(text: string): WorkerPresence[] {
  try {
    const value = parseJson(text, "A worker's sign of life");
    const isWhole =
      isObject(value) &&
      typeof value["host"] === "string" &&
      typeof value["version"] === "string" &&
      Array.isArray(value["backends"]) &&
      [value["memory"], value["slots"], value["jobs"], value["pid"]].every((each) => typeof each === "number");
    return isWhole ? [value as unknown as WorkerPresence] : [];
  } catch {
    return [];
  }
}
