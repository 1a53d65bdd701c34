import type { Job } from "@kwta/sweep";

/**
 * Where a job waits: a queue for all jobs that ask the same of a machine, so that a worker never takes what it cannot do. Another
 * store, another version of kwta or another form of jobs is another queue: an old worker does not see new jobs.
 */
export interface QueueName {
  readonly name: string;
  /** Of the store: the first eight characters of its id. */
  readonly store: string;
  readonly version: string;
  /** Without its options. */
  readonly backend: string;
  /** In GiB: a power of two. */
  readonly memory: number;
  readonly gpu: boolean;
}

/** Before every key of ours. */
export const PREFIX = "kwta";

/** Counted up when jobs take another form. */
const FORM = 1;

/** The queue of a job. */
export function queueOf({ backend, needs }: Job, storeId: string, version: string): QueueName {
  const fields = {
    store: storeId.slice(0, 8),
    version: version.replaceAll(/[^\w.]/g, "_"),
    backend: /^[a-z]+/.exec(backend)?.[0] ?? "wasm",
    memory: 2 ** Math.ceil(Math.log2(Math.max(1, needs.memory))),
    gpu: needs.gpu,
  };
  return { name: nameOf(fields), ...fields };
}

function nameOf({ store, version, backend, memory, gpu }: Omit<QueueName, "name">): string {
  return `jobs${FORM}-${store}-${version}-${backend}-${memory}g${gpu ? "-gpu" : ""}`;
}

/** A name that others wrote; undefined where it is none of this form. */
export function readQueueName(name: string): QueueName | undefined {
  const found = /^jobs1-([\w-]{8})-([\w.]{1,40})-([a-z]{1,20})-(\d{1,4})g(-gpu)?$/.exec(name);
  if (found === null) return undefined;
  const [, store, version, backend, memory, gpu] = found;
  return { name, store: store!, version: version!, backend: backend!, memory: Number(memory), gpu: gpu !== undefined };
}

/** The key of the set of the names of all queues of a store. */
export function queuesKey(storeId: string): string {
  return `${PREFIX}:queues:${storeId.slice(0, 8)}`;
}
