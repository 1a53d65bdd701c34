import { cacheFolder, parseJson, sha256, show, withFolder, writeFileAtomic } from "@kwta/core";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { JOB_ID } from "../../jobs/job.ts";
import { checkResult, type JobResult } from "../../results/job-result.ts";
import type { JobStore } from "../job-store.ts";
import { checkRoom, ROOM } from "../room.node.ts";
import { newStoreFile, readStoreId } from "../store-id.ts";
import { openObjects, type Objects } from "./objects.node.ts";
import { readS3Address } from "./s3-address.ts";
import { readSnapshot, takeSnapshot, type KeptFile, type Snapshot } from "./snapshot.node.ts";

/**
 * An object store as a store. Jobs work in a scratch folder of their machine. Of each its folder is kept in `jobs/ID`: the files by
 * their digests, and then `kept.json`, which names them; so what is there is whole, whenever a machine dies. `logs/ID.log` and
 * `results/ID.json` are objects of their own.
 *
 * @throws InputError when it cannot be reached or written
 */
export async function openS3Store(place: string, scratch?: string): Promise<JobStore> {
  const address = readS3Address(place, process.env);
  const objects = await openObjects(address);
  const id = await storeId(objects, address.shown);
  const path = scratch ?? join(cacheFolder(), "stores", id);
  for (const name of ["jobs", "logs", "kept"]) await mkdir(join(path, name), { recursive: true });
  const readResult = async (job: string): Promise<JobResult | undefined> => {
    const found = await objects.get(`results/${job}.json`);
    try {
      return found && checkResult(parsed(found), job, `${address.shown}/results/${job}.json`);
    } catch {
      return undefined;
    }
  };
  const folders = new KeptFolders(objects, path);
  return {
    id,
    name: address.shown,
    interval: 5000,
    folderOf: (job) => folders.folderOf(job),
    logOf: (job) => folders.logOf(job),
    bring: (job, { wait }) => folders.bring(job, wait),
    bringLog: (job) => folders.bringLog(job),
    keep: (job) => folders.keep(job),
    readResult,
    async keepResult(result) {
      const key = `results/${result.id}.json`;
      const bytes = encoded(result);
      await objects.putFirst(key, bytes);
      // One that is damaged is none.
      if ((await readResult(result.id)) === undefined) await objects.put(key, bytes);
    },
    async finished() {
      const keys = await objects.list("results/");
      return new Set(
        keys.map((key) => key.slice("results/".length, -".json".length)).filter((each) => JOB_ID.test(each)),
      );
    },
    async check() {
      await checkRoom(path);
      const probe = `probe-${crypto.randomUUID()}`;
      await objects.put(probe, new Uint8Array(ROOM).fill(1));
      await objects.remove(probe);
    },
  };
}

async function storeId(objects: Objects, shown: string): Promise<string> {
  const key = "store.json";
  let found = await objects.get(key);
  if (found === undefined) {
    await objects.putFirst(key, new TextEncoder().encode(newStoreFile()));
    found = await objects.get(key);
  }
  return readStoreId(parsed(found ?? new Uint8Array()), show(`${shown}/${key}`));
}

/** Folders of jobs on this machine, and what of them is kept. */
class KeptFolders {
  readonly #objects: Objects;
  readonly #path: string;

  constructor(objects: Objects, path: string) {
    this.#objects = objects;
    this.#path = path;
  }

  folderOf(job: string): string {
    return join(this.#path, "jobs", job);
  }

  logOf(job: string): string {
    return join(this.#path, "logs", `${job}.log`);
  }

  /** Names the snapshot that this machine took or brought last: while it is the one that is kept, nobody else was at work. */
  #markOf(job: string): string {
    return join(this.#path, "kept", job);
  }

  async keep(job: string): Promise<void> {
    if (existsSync(this.logOf(job))) await this.#objects.put(`logs/${job}.log`, await readFile(this.logOf(job)));
    const taken = existsSync(this.folderOf(job)) ? await takeSnapshot(this.folderOf(job)) : undefined;
    if (taken === undefined) return;
    const { snapshot, contents } = taken;
    // What is there now, not what this machine left there: another one may have been at work since.
    const there = digestsOf(await this.#readKept(job));
    for (const [digest, content] of contents) {
      if (!there.has(digest)) await this.#objects.put(`jobs/${job}/${digest}`, content);
    }
    await this.#objects.put(`jobs/${job}/kept.json`, encoded(snapshot));
    await writeFileAtomic(this.#markOf(job), await markOf(snapshot));
    for (const digest of there) if (!contents.has(digest)) await this.#objects.remove(`jobs/${job}/${digest}`);
  }

  async bring(job: string, wait: boolean): Promise<void> {
    const kept = await this.#readKept(job);
    if (kept === undefined || (await this.#isLast(job, kept))) return;
    const contents = await this.#readContents(job, kept);
    if (contents === undefined) return;
    const folder = this.folderOf(job);
    const write = async (): Promise<void> => {
      await rm(this.#markOf(job), { force: true });
      for (const name of await topNames(folder)) await rm(join(folder, name), { recursive: true, force: true });
      for (const { path, sha256: digest } of kept.files)
        await writeFileAtomic(join(folder, path), contents.get(digest)!);
      await writeFileAtomic(this.#markOf(job), await markOf(kept));
    };
    await withFolder(folder, write, { wait });
    await this.bringLog(job);
  }

  async bringLog(job: string): Promise<void> {
    const log = await this.#objects.get(`logs/${job}.log`);
    if (log !== undefined) await writeFileAtomic(this.logOf(job), log);
  }

  async #readKept(job: string): Promise<Snapshot | undefined> {
    const found = await this.#objects.get(`jobs/${job}/kept.json`);
    try {
      return found && readSnapshot(parsed(found));
    } catch {
      return undefined;
    }
  }

  async #isLast(job: string, kept: Snapshot): Promise<boolean> {
    const mark = await readFile(this.#markOf(job), "utf8").catch(() => "");
    return mark === (await markOf(kept)) && existsSync(this.folderOf(job));
  }

  /** Undefined where one is missing or another: two machines were at work, and the second has not kept all of its files yet. */
  async #readContents(job: string, { files }: Snapshot): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    const contents = new Map<string, Uint8Array>();
    for (const { sha256: digest } of files) {
      if (contents.has(digest)) continue;
      const content = await this.#objects.get(`jobs/${job}/${digest}`);
      if (content === undefined || (await sha256(content)) !== digest) return undefined;
      contents.set(digest, content);
    }
    return contents;
  }
}

function digestsOf(snapshot: Snapshot | undefined): ReadonlySet<string> {
  return new Set(snapshot?.files.map(({ sha256: digest }: KeptFile) => digest));
}

async function markOf(snapshot: Snapshot): Promise<string> {
  return sha256(encoded(snapshot));
}

async function topNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith("."));
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}

function parsed(bytes: Uint8Array): unknown {
  return parseJson(new TextDecoder().decode(bytes), "An object of the store");
}
