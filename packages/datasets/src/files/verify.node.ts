import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { lookUp, type LongWork } from "@kwta/core";
import { difference, digestFile } from "./digest.node.ts";
import { readReceipt } from "./receipt.node.ts";
import { dataFolder } from "./data-folder.node.ts";
import { DATASET_SOURCES, type DatasetSource, type SourceFile } from "./sources.ts";

/** What is known of one file. */
export interface VerifiedFile {
  readonly path: string;
  /**
   * - `verified`: its digests are the published ones, or those that it had when it was taken out of a verified archive;
   * - `unknown`: it is there, but no digest is known for it (it was put there by hand);
   * - `different`: its digests are others; `reason` says how. A smaller copy of a data set is different, too;
   * - `missing`.
   */
  readonly state: "different" | "missing" | "unknown" | "verified";
  readonly reason?: string;
}

/** Options of {@link verifyDataset}. */
export interface VerifyOptions extends LongWork {
  /** @defaultValue {@link dataFolder} */
  readonly dataDir?: string | undefined;
}

/** Compares each file of a downloaded data set with its published digests. */
export async function verifyDataset(name: string, options: VerifyOptions = {}): Promise<VerifiedFile[]> {
  return await verifySource(lookUp("data set to verify", name, DATASET_SOURCES), options);
}

/** {@link verifyDataset} of any source. */
export async function verifySource(source: DatasetSource, options: VerifyOptions = {}): Promise<VerifiedFile[]> {
  const { dataDir = dataFolder(), signal, onProgress } = options;
  const folder = join(dataDir, source.folder);
  const results: VerifiedFile[] = [];
  const names = source.files.flatMap((file) => (file.unpack ? Object.keys(file.unpack) : [file.name]));
  for (const file of source.files) {
    const checks = file.unpack
      ? await unpackedChecks(file, file.unpack, folder, signal)
      : [wholeCheck(file, folder, signal)];
    for (const check of checks) {
      results.push(await check());
      onProgress?.({ task: "verify", done: results.length, total: names.length, unit: "file" });
    }
  }
  return results;
}

type Check = () => Promise<VerifiedFile>;

function wholeCheck(file: SourceFile, folder: string, signal: AbortSignal | undefined): Check {
  const path = join(folder, file.name);
  return async () => {
    if (!(await exists(path))) return { path, state: "missing" };
    const reason = await difference(path, file, signal);
    return reason === undefined ? { path, state: "verified" } : { path, state: "different", reason };
  };
}

async function unpackedChecks(
  file: SourceFile,
  wanted: Readonly<Record<string, number>>,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<Check[]> {
  const receipt = await readReceipt(folder, file);
  return Object.keys(wanted).map((name) => async (): Promise<VerifiedFile> => {
    const path = join(folder, basename(name));
    if (!(await exists(path))) return { path, state: "missing" };
    const expected = receipt?.files[basename(name)];
    if (!expected) return { path, state: "unknown" };
    const { sha256 } = await digestFile(path, signal);
    if (sha256 === expected.sha256) return { path, state: "verified" };
    return { path, state: "different", reason: `its SHA-256 is ${sha256}, not ${expected.sha256}` };
  });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
