import { mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  explainSystemFault,
  InputError,
  lookUp,
  readInput,
  show,
  temporaryName,
  withFolder,
  writeFileAtomic,
  writeJson,
  type LongWork,
} from "@kwta/core";
import { difference, digestFile } from "./digest.node.ts";
import { fetchFile } from "./fetch-file.node.ts";
import { inflate } from "../archives/inflate.ts";
import { readReceipt, RECEIPT, type Receipt } from "./receipt.node.ts";
import { untar } from "../archives/untar.ts";
import { dataFolder } from "./data-folder.node.ts";
import { DATASET_SOURCES, type DatasetSource, type SourceFile } from "./sources.ts";

/** Options of {@link downloadDataset}. */
export interface DownloadOptions extends LongWork {
  /** @defaultValue {@link dataFolder} */
  readonly dataDir?: string | undefined;
  /**
   * Addresses of folders that hold the same files; tried before the official places.
   * @defaultValue none
   */
  readonly mirrors?: readonly string[] | undefined;
  /**
   * Milliseconds before a broken transfer is taken up again; doubled each time.
   * @defaultValue 1000
   */
  readonly retryDelay?: number | undefined;
  /** Called when another process is downloading the same data set, and this one waits for it. */
  readonly onWait?: () => void;
}

/**
 * Downloads a data set, unless it is there. Its files are checked against the digests of {@link DATASET_SOURCES} before
 * anything uses them, and appear under their names all at once. A broken transfer is taken up where it broke, also by a
 * later call.
 *
 * @returns the folder with the files
 * @throws InputError when it cannot be had from anywhere, saying which file to put where, or is not the right one
 */
export async function downloadDataset(name: string, options: DownloadOptions = {}): Promise<string> {
  return await downloadSource(lookUp("data set to download", name, DATASET_SOURCES), options);
}

/** {@link downloadDataset} of any source: a data set of one's own, or other versions of the known ones. */
export async function downloadSource(source: DatasetSource, options: DownloadOptions = {}): Promise<string> {
  const { dataDir = dataFolder(), mirrors = [], signal, onWait } = options;
  for (const mirror of mirrors) checkMirror(mirror);
  const folder = join(dataDir, source.folder);
  let top = folder;
  try {
    top = (await mkdir(folder, { recursive: true })) ?? folder;
    const get = (either: AbortSignal): Promise<void> => getFiles(source, folder, { ...options, signal: either });
    await withFolder(folder, get, { wait: true, signal, onWait });
  } catch (error) {
    await removeEmpty(folder, top);
    throw explainSystemFault(error);
  }
  return folder;
}

function checkMirror(mirror: string): void {
  if (URL.canParse(mirror) && /^https?:$/.test(new URL(mirror).protocol)) return;
  throw new InputError(
    `The mirror ${show(mirror)} is no address. Give that of a folder, such as "https://example.org/cifar10/".`,
  );
}

/** Takes folders away from `folder` up to `top`, as long as nothing is in them. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  for (let each = resolve(folder); each.startsWith(resolve(top)); each = dirname(each)) {
    try {
      await rmdir(each);
    } catch {
      return;
    }
  }
}

async function getFiles(source: DatasetSource, folder: string, options: DownloadOptions): Promise<void> {
  for (const file of source.files) {
    const path = join(folder, file.name);
    if (await isPresent(file, folder)) {
      await removeUnpacked(file, folder);
      continue;
    }
    const mirrored = (options.mirrors ?? []).map((mirror) => new URL(file.name, mirror.replace(/\/?$/, "/")).href);
    if (!(await isFile(path))) {
      const work = { ...options, retryDelay: options.retryDelay ?? 1000 };
      await fetchFile(file, [...mirrored, ...file.urls], path, work);
    } else {
      await refuseOther(path, file, options.signal);
    }
    if (file.unpack) await unpack(file, file.unpack, folder);
  }
}

/** What somebody has put there is never replaced. */
async function refuseOther(path: string, file: SourceFile, signal: AbortSignal | undefined): Promise<void> {
  const wrong = await difference(path, file, signal);
  if (wrong === undefined) return;
  throw new InputError(`${show(path)} is not the published file: ${wrong}. Move it away to have that one downloaded.`);
}

/** Whether there is nothing to do: the file itself has its length, or all that is taken out of it is there. */
async function isPresent(file: SourceFile, folder: string): Promise<boolean> {
  if (!file.unpack) return await hasLength(join(folder, file.name), file.bytes);
  const present = new Set(await readdir(folder));
  return Object.keys(file.unpack).every((name) => present.has(basename(name)));
}

/** An archive that a process left that was killed after it had unpacked it. One that a person put there has no receipt. */
async function removeUnpacked(file: SourceFile, folder: string): Promise<void> {
  const path = join(folder, file.name);
  if (file.unpack && (await isFile(path)) && (await readReceipt(folder, file)) !== undefined) await rm(path);
}

/** All files are written aside first; then comes the receipt, they are moved to their names, and the archive goes. */
async function unpack(file: SourceFile, wanted: Readonly<Record<string, number>>, folder: string): Promise<void> {
  const path = join(folder, file.name);
  const aside = join(folder, temporaryName());
  // Headers and padding of tar, and small files that are not wanted.
  const most = Object.values(wanted).reduce((sum, bytes) => sum + bytes, 1 << 20);
  try {
    const tar = await inflate(await readInput(path), "gzip", show(path), most);
    const receipt: Record<string, Receipt["files"][string]> = {};
    for (const [name, content] of untar(tar, wanted, show(path))) {
      const target = join(aside, basename(name));
      await writeFileAtomic(target, content);
      const { bytes, sha256 } = await digestFile(target);
      receipt[basename(name)] = { bytes, sha256 };
    }
    await writeJson(join(folder, RECEIPT), {
      archive: file.name,
      sha256: file.sha256,
      files: receipt,
    } satisfies Receipt);
    for (const name of Object.keys(receipt)) await rename(join(aside, name), join(folder, name));
    await rm(path);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

async function hasLength(path: string, bytes: number): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.size === bytes;
}
