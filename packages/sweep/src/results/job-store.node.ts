import {
  InputError,
  prepareFolder,
  readJson,
  reasonOf,
  show,
  temporaryName,
  writeFileAtomic,
  writeJson,
} from "@kwta/core";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { JOB_ID } from "../jobs/job.ts";
import { checkResult, type JobResult } from "./job-result.ts";

/** Where jobs work and leave their results: one folder, which all machines of a sweep share. */
export interface JobStore {
  /** The same for all who share it. */
  readonly id: string;
  readonly path: string;
  /** Where a job works: its run, or its evaluations. */
  folderOf(job: string): string;
  /** What a job says on standard error, all tries one after the other. */
  logOf(job: string): string;
  /** Undefined where there is none yet, and where it is damaged: the job is run again. */
  readResult(job: string): Promise<JobResult | undefined>;
  /** The first result of a job stays. */
  keepResult(result: JobResult): Promise<void>;
  /** The ids of the jobs that have a result. */
  finished(): Promise<ReadonlySet<string>>;
  /** @throws InputError where nothing can be written, such as on a full disk */
  check(): Promise<void>;
}

/**
 * Opens a folder as a store, and makes it where it is missing.
 *
 * @throws InputError when it cannot be written, or holds something else
 */
export async function openJobStore(folder: string): Promise<JobStore> {
  const path = resolve(folder);
  await prepareFolder(path);
  const id = await storeId(path);
  for (const name of [JOBS, LOGS, RESULTS]) await mkdir(join(path, name), { recursive: true });
  const resultPath = (job: string): string => join(path, RESULTS, `${job}.json`);
  const readResult = async (job: string): Promise<JobResult | undefined> => {
    const file = resultPath(job);
    if (!existsSync(file)) return undefined;
    try {
      return checkResult(await readJson(file), job, show(file));
    } catch {
      return undefined;
    }
  };
  return {
    id,
    path,
    folderOf: (job) => join(path, JOBS, job),
    logOf: (job) => join(path, LOGS, `${job}.log`),
    readResult,
    async keepResult(result) {
      if ((await readResult(result.id)) === undefined) await writeJson(resultPath(result.id), result);
    },
    async finished() {
      const names = await readdir(join(path, RESULTS));
      return new Set(names.map((name) => name.replace(/\.json$/, "")).filter((name) => JOB_ID.test(name)));
    },
    check: () => checkRoom(path),
  };
}

const JOBS = "jobs";
const LOGS = "logs";
const RESULTS = "results";
const STORE = "store.json";
const STORE_SCHEMA = "kwta-store@1";

/** Of whoever was the first to make it: two may come at the same time. */
async function storeId(path: string): Promise<string> {
  const file = join(path, STORE);
  if (!existsSync(file)) {
    const draft = join(path, temporaryName());
    await writeFileAtomic(draft, `${JSON.stringify({ schema: STORE_SCHEMA, id: randomUUID() })}\n`);
    // Where the file system has no links, the last of them stays.
    await link(draft, file).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST")
        await writeFile(file, `${JSON.stringify({ schema: STORE_SCHEMA, id: randomUUID() })}\n`);
    });
    await rm(draft, { force: true });
  }
  const { schema, id } = (await readJson(file)) as { readonly schema?: unknown; readonly id?: unknown };
  if (schema === STORE_SCHEMA && typeof id === "string" && /^[\w-]{8,64}$/.test(id)) return id;
  throw new InputError(`${show(file)} is not that of a store of kwta. Name another folder.`);
}

/** Enough that a full disk shows: an empty file has room on it. */
const ROOM = 2 ** 18;

async function checkRoom(path: string): Promise<void> {
  const probe = join(path, temporaryName());
  try {
    const file = await open(probe, "wx");
    try {
      await file.writeFile(new Uint8Array(ROOM).fill(1));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new InputError(`Cannot write into the store ${show(path)}: ${reasonOf(error)}. Make room there.`);
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}
