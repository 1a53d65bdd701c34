import type { WasmHost } from "./wasm-host.ts";

/*
 * Transformed filters are four times as large as filters, and to make them takes longer than to use them where an image has
 * few places. An attack uses the same filters again and again, training never: a filter is kept from its second use on.
 */

interface Entry {
  uses: number;
  /** Address, 0 while it is not kept. */
  kept: number;
  bytes: number;
}

/** How many bytes are kept at most; filters that come later are transformed at each use. */
const MOST_BYTES = 2 ** 30;

class FilterCache {
  /** By data id, then by {@link Task.form}. */
  readonly entries = new Map<object, Map<string, Entry>>();
  bytes = 0;
}

const caches = new WeakMap<WasmHost, FilterCache>();

/** What is to be done with a filter. */
interface Task {
  /** All that the transformed filter depends on besides its numbers: tensors of several shapes may share their data. */
  readonly form: string;
  /** How many bytes it takes when transformed. */
  readonly bytes: number;
  /** Transforms it to an address. */
  transform(address: number): void;
  /** Uses what was transformed. */
  use(address: number): void;
  /** Does the same without; undefined where that is no better. */
  readonly useOnce: (() => void) | undefined;
}

/** Does something with a filter, which is transformed where it is not kept from before. */
export function withFilter(host: WasmHost, dataId: object, task: Task): void {
  const cache = cacheOf(host);
  const entries = cache.entries.get(dataId) ?? new Map<string, Entry>();
  cache.entries.set(dataId, entries);
  const entry = entries.get(task.form) ?? { uses: 0, kept: 0, bytes: 0 };
  entries.set(task.form, entry);
  entry.uses += 1;
  const keep = entry.uses > 1 && cache.bytes + task.bytes <= MOST_BYTES;
  if (!entry.kept && keep) {
    const address = host.allocate(task.bytes);
    try {
      task.transform(address);
    } catch (error) {
      host.free(address);
      throw error;
    }
    entry.kept = address;
    entry.bytes = task.bytes;
    cache.bytes += task.bytes;
  }
  if (entry.kept) task.use(entry.kept);
  else if (task.useOnce) task.useOnce();
  else {
    host.borrow(task.bytes, (address) => {
      task.transform(address);
      task.use(address);
    });
  }
}

/** Forgets a tensor that is gone. */
export function forgetFilter(host: WasmHost, dataId: object): void {
  const cache = cacheOf(host);
  const entries = cache.entries.get(dataId);
  if (!entries) return;
  cache.entries.delete(dataId);
  for (const { kept, bytes } of entries.values()) {
    if (!kept) continue;
    host.free(kept);
    cache.bytes -= bytes;
  }
}

function cacheOf(host: WasmHost): FilterCache {
  let cache = caches.get(host);
  if (!cache) caches.set(host, (cache = new FilterCache()));
  return cache;
}
