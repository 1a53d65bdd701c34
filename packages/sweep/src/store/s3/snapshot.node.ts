import { isObject, isSystemFault, sha256 } from "@kwta/core";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A file of a folder that was kept. */
export interface KeptFile {
  /** With slashes, from the folder on. */
  readonly path: string;
  readonly bytes: number;
  /** Of its content, by which it is kept. */
  readonly sha256: string;
}

/** What a folder held at one moment: `kept.json` of a job. */
export interface Snapshot {
  readonly schema: typeof SNAPSHOT_SCHEMA;
  readonly files: readonly KeptFile[];
}

const SNAPSHOT_SCHEMA = "kwta-kept@1";

/** A folder at one moment, with the content of each file by its digest. */
export interface TakenSnapshot {
  readonly snapshot: Snapshot;
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

const TRIES = 5;
const PAUSE = 200;

/**
 * Reads a folder in which a process may be at work. Each file is written at once; files belong together, so that what changed in
 * between is read again. Logs, `.jsonl`, only grow, and are read last: their readers drop what lies behind the checkpoint.
 *
 * @returns undefined where the folder did not stand still, and where there is none
 */
export async function takeSnapshot(folder: string): Promise<TakenSnapshot | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const taken = await takeOnce(folder).catch((error: unknown) => {
      // A file that was listed is gone.
      if (isSystemFault(error) && error.code === "ENOENT") return undefined;
      throw error;
    });
    if (taken !== undefined) return taken;
    await sleep(PAUSE);
  }
  return undefined;
}

async function takeOnce(folder: string): Promise<TakenSnapshot | undefined> {
  const before = await listFiles(folder);
  const contents = new Map<string, Uint8Array>();
  const files: KeptFile[] = [];
  for (const { path } of before) {
    const content = await readFile(join(folder, path));
    const digest = await sha256(content);
    contents.set(digest, content);
    files.push({ path, bytes: content.length, sha256: digest });
  }
  const stands = ({ path, state }: Listed): string => (path.endsWith(".jsonl") ? path : `${path} ${state}`);
  const after = await listFiles(folder);
  if (before.map(stands).join("\n") !== after.map(stands).join("\n")) return undefined;
  return { snapshot: { schema: SNAPSHOT_SCHEMA, files }, contents };
}

interface Listed {
  readonly path: string;
  /** Another one for another content. */
  readonly state: string;
}

/** Without locks and unfinished files, whose names begin with a dot. */
async function listFiles(folder: string): Promise<Listed[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll(sep, "/"),
    )
    .filter((path) => isSafe(path))
    .sort((a, b) => Number(a.endsWith(".jsonl")) - Number(b.endsWith(".jsonl")) || (a < b ? -1 : 1));
  return Promise.all(
    paths.map(async (path) => {
      const { size, mtimeMs, ino } = await stat(join(folder, path));
      return { path, state: `${size} ${mtimeMs} ${ino}` };
    }),
  );
}

/** A path below the folder, whatever the system; nothing hidden. */
function isSafe(path: string): boolean {
  return path.length <= 300 && path.split("/").every((part) => /^[\w@+=][\w@+=.,-]*$/.test(part));
}

/** What somebody wrote as a snapshot; undefined where it is none: its paths would be written to. */
export function readSnapshot(value: unknown): Snapshot | undefined {
  if (!isObject(value) || value["schema"] !== SNAPSHOT_SCHEMA || !Array.isArray(value["files"])) return undefined;
  const isWhole = (value["files"] as readonly unknown[]).every(
    (file) =>
      isObject(file) &&
      typeof file["path"] === "string" &&
      isSafe(file["path"]) &&
      Number.isSafeInteger(file["bytes"]) &&
      typeof file["sha256"] === "string" &&
      /^[0-9a-f]{64}$/.test(file["sha256"]),
  );
  return isWhole ? (value as unknown as Snapshot) : undefined;
}
