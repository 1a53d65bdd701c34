import { InputError } from "@kwta/core";
import type { CallMap, CallName } from "./calls.ts";
import { WorkerEndedError } from "./errors.ts";
import { openCalls, type Caller, type CallOptions } from "./open-calls.ts";
import type { Port } from "./port.ts";

/** @see {@link openPool} */
export interface PoolOptions<C extends CallMap> {
  /** How many workers. */
  readonly count: number;
  start(): Port | Promise<Port>;
  /** What each worker is asked before anything else: to load a model, for example. @defaultValue nothing */
  prepare?(worker: Caller<C>): Promise<unknown>;
}

/** Some equal workers: a call goes to the first that is free. */
export interface Pool<C extends CallMap> extends Caller<C> {
  readonly count: number;
  /** Asks each worker the same at the same time. */
  callAll<N extends CallName<C>>(name: N, args: C[N]["args"]): Promise<C[N]["result"][]>;
}

/**
 * Starts workers. One that dies is started again, once for each call that it was at, and the call is made again: what workers do
 * must depend on its arguments alone.
 *
 * @throws whatever starting or preparing the first of them throws; none is left then
 */
export async function openPool<C extends CallMap>(options: PoolOptions<C>): Promise<Pool<C>> {
  const { count, prepare } = options;
  const all = new Set<Caller<C>>();
  let isOver = false;
  const start = async (): Promise<Caller<C>> => {
    const worker = openCalls<C>(await options.start());
    all.add(worker);
    // Whoever ended the pool meanwhile did not know of this one.
    if (isOver) await worker.end();
    await prepare?.(worker);
    return worker;
  };
  const end = async (): Promise<void> => {
    isOver = true;
    await Promise.all([...all].map((worker) => worker.end()));
  };
  const started = await Promise.allSettled(Array.from({ length: count }, start));
  const failed = started.find((each) => each.status === "rejected");
  if (failed !== undefined) {
    await end();
    throw failed.reason;
  }
  const free = started.map((each) => (each as PromiseFulfilledResult<Caller<C>>).value);
  const waiting: ((worker: Caller<C>) => void)[] = [];
  const take = async (): Promise<Caller<C>> => free.shift() ?? new Promise((resolve) => waiting.push(resolve));
  const giveBack = (worker: Caller<C>): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(worker);
    else next(worker);
  };
  const replace = async (dead: Caller<C>): Promise<Caller<C>> => {
    all.delete(dead);
    return start();
  };
  const call = async <N extends CallName<C>>(
    name: N,
    args: C[N]["args"],
    how?: CallOptions<C[N]["event"]>,
  ): Promise<C[N]["result"]> => {
    let worker = await take();
    try {
      return await worker.call(name, args, how);
    } catch (error) {
      if (!(error instanceof WorkerEndedError) || isOver) throw error;
      worker = await replace(worker);
      return await worker.call(name, args, how).catch((again: unknown) => explain(again));
    } finally {
      giveBack(worker);
    }
  };
  return {
    count,
    call,
    callAll: (name, args) => Promise.all(Array.from({ length: count }, () => call(name, args))),
    end,
  };
}

function explain(error: unknown): never {
  if (!(error instanceof WorkerEndedError)) throw error;
  throw new InputError(
    `${error.message.slice(0, -1)}, twice at the same work. The machine may have too little memory: take fewer workers.`,
  );
}
