import { prepareFolder, readJson, show, temporaryName, writeFileAtomic, writeJson } from "@kwta/core";
import { existsSync } from "node:fs";
import { link, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { JOB_ID } from "../jobs/job.ts";
import { checkResult, type JobResult } from "../results/job-result.ts";
import type { JobStore } from "./job-store.ts";
import { checkRoom } from "./room.node.ts";
import { newStoreFile, readStoreId } from "./store-id.ts";

/**
 * A folder as a store, made where it is missing. Jobs work in it, so that there is nothing to bring or to keep.
 *
 * @throws InputError when it cannot be written, or holds something else
 */
export async function openFolderStore(folder: string): Promise<JobStore> {
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
    name: path,
    interval: 1000,
    folderOf: (job) => join(path, JOBS, job),
    logOf: (job) => join(path, LOGS, `${job}.log`),
    bring: async () => {},
    bringLog: async () => {},
    keep: async () => {},
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

/** Of whoever was the first to make it: two may come at the same time. */
async function storeId(path: string): Promise<string> {
  const file = join(path, STORE);
  if (!existsSync(file)) {
    const draft = join(path, temporaryName());
    await writeFileAtomic(draft, newStoreFile());
    // Where the file system has no links, the last of them stays.
    await link(draft, file).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") await writeFile(file, newStoreFile());
    });
    await rm(draft, { force: true });
  }
  return readStoreId(await readJson(file), show(file));
}
