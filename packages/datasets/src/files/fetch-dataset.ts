import { breathe, InputError, lookUp, throwIfAborted, type LongWork } from "@kwta/core";
import { gunzipIfNeeded, inflate } from "../archives/inflate.ts";
import { LAYOUTS } from "./layouts.ts";
import { untar } from "../archives/untar.ts";
import type { Dataset } from "../dataset.ts";
import { DATASET_SOURCES, type DatasetSource, type SourceFile } from "./sources.ts";

/** Options of {@link fetchDataset}. */
export interface FetchDatasetOptions extends LongWork {
  /**
   * Addresses of folders that hold the files, tried before the official places. Those do not let pages of other sites read
   * them, so a page needs a copy on its own server.
   * @defaultValue none
   */
  readonly mirrors?: readonly string[] | undefined;
  /**
   * The name of the browser's cache that keeps the files; `null` keeps nothing.
   * @defaultValue "kwta-datasets"
   */
  readonly cache?: string | null | undefined;
  /**
   * Other files than the published ones, in the same layout: a smaller copy with digests of its own.
   * @defaultValue that of {@link DATASET_SOURCES}
   */
  readonly source?: DatasetSource | undefined;
}

/**
 * Loads a data set over the network into memory, in browsers: every file is checked by its length and SHA-256 before it is
 * used or kept, and kept in the browser's cache. In Node, `downloadDataset` and `loadDataset` of `@kwta/datasets` use the disk.
 *
 * @throws InputError when it cannot be had or is not the right file
 */
export async function fetchDataset(name: string, options: FetchDatasetOptions = {}): Promise<Dataset> {
  const source = options.source ?? lookUp("data set to fetch", name, DATASET_SOURCES);
  const contents = new Map<string, () => Promise<Uint8Array<ArrayBuffer>>>();
  for (const file of source.files) {
    await breathe(options.signal);
    const bytes = await fetchChecked(file, options);
    if (file.unpack) {
      const most = Object.values(file.unpack).reduce((sum, size) => sum + size, 1 << 20);
      const entries = untar(await inflate(bytes, "gzip", file.name, most), file.unpack, file.name);
      for (const [path, content] of entries) contents.set(path.split("/").at(-1)!, async () => content);
    } else {
      contents.set(file.name, async () => bytes);
    }
  }
  for (const layout of lookUp("data set to fetch", name, LAYOUTS)) {
    const names = layout.files.map((wanted) => wanted.names.find((each) => contents.has(each)));
    if (names.some((found, i) => found === undefined && !layout.files[i]!.optional)) continue;
    const files = names.map((found, i) => {
      const { most } = layout.files[i]!;
      if (found === undefined) return undefined;
      return { source: found, read: async () => await gunzipIfNeeded(await contents.get(found)!(), found, most) };
    });
    return { ...(await layout.build(files, options)), source: { kind: "fetched", homepage: source.homepage } };
  }
  throw new InputError(
    `The files of ${name} are not laid out in a way that is known: ${[...contents.keys()].join(", ")}.`,
  );
}

async function fetchChecked(file: SourceFile, options: FetchDatasetOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { cache: cacheName = "kwta-datasets", mirrors = [], signal } = options;
  // Named by its content, so that a copy from any place serves.
  const key = `https://kwta.invalid/sha256/${file.sha256}`;
  const cache = cacheName !== null && "caches" in globalThis ? await caches.open(cacheName) : undefined;
  const kept = await cache?.match(key);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if ((await difference(bytes, file)) === undefined) return bytes;
    await cache?.delete(key);
  }
  const failures: string[] = [];
  for (const url of [...mirrors.map((mirror) => mirror.replace(/\/?$/, "/") + file.name), ...file.urls]) {
    const found = await fetchBytes(url, file, options).catch((error: unknown) => {
      throwIfAborted(signal);
      return (error as Error).message;
    });
    const wrong = typeof found === "string" ? found : await difference(found, file);
    if (wrong === undefined && typeof found !== "string") {
      // A full cache is no reason to fail.
      await cache?.put(key, new Response(found)).catch(() => {});
      return found;
    }
    failures.push(`${url}: ${wrong}`);
  }
  throw new InputError(
    `Cannot fetch ${file.name}: ${failures.join("; ")}. Put a copy on your own server and name its folder in mirrors.`,
  );
}

async function fetchBytes(
  url: string,
  file: SourceFile,
  { signal, onProgress }: LongWork,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, { signal: signal ?? null });
  if (!response.ok || !response.body) throw new Error(`the server says ${response.status}`);
  const bytes = new Uint8Array(file.bytes);
  let done = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done: ended, value } = await reader.read();
    if (ended) break;
    if (done + value.length > file.bytes) {
      await reader.cancel();
      throw new Error(`it sends more than the ${file.bytes} bytes of the file`);
    }
    bytes.set(value, done);
    done += value.length;
    onProgress?.({ task: `fetch ${file.name}`, done, total: file.bytes, unit: "byte" });
  }
  return bytes.subarray(0, done);
}

async function difference(bytes: Uint8Array<ArrayBuffer>, file: SourceFile): Promise<string | undefined> {
  if (bytes.length !== file.bytes) return `it has ${bytes.length} bytes, not ${file.bytes}`;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex === file.sha256 ? undefined : `its SHA-256 is ${hex}, not ${file.sha256}`;
}
