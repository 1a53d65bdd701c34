import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { InputError, type LongWork } from "@kwta/core";
import { prepareFolder, withLock, writeJson } from "@kwta/core/node";
import type { NativeKernels } from "../native-kernels.ts";
import { checkGlibc, checkRoom, findCompiler, megabytes, whyUnsupported } from "./_check-system.node.ts";
import { ADDONS, compileAddons } from "./_compile-addons.node.ts";
import { fetchPackage, installedPackage, NODE_API_HEADERS, TFJS_NODE } from "./_fetch-npm-package.node.ts";
import { fetchWheel, findPython, sizeOf } from "./_fetch-wheel.node.ts";
import { libtensorflowIn, pythonTensorflow } from "./_find-libtensorflow.node.ts";
import { machineKey } from "./_machine.node.ts";
import {
  FORMAT,
  readRecord,
  readRecords,
  recordPath,
  type Libtensorflow,
  type SetupRecord,
} from "./_setup-record.node.ts";
import { digestOf, nativeSources, START } from "./_sources.node.ts";
import { verify, type Verdict } from "./_verify.node.ts";
import { wheelFor, type Wheel } from "./_wheels.ts";
import { tensorflowFolder } from "./tensorflow-folder.node.ts";

/** Options of {@link setupTensorflow}. */
export interface SetupOptions extends LongWork {
  /**
   * A program, run in a process of its own, that starts the engine as the application will and prints a {@link Verdict}.
   */
  readonly verifier: URL;
  /**
   * Kernels in C++ to compile into the engine.
   *
   * @defaultValue none
   */
  readonly nativeKernels?: readonly NativeKernels[];
  /** A folder that holds `libtensorflow_cc`. Without it Python's `tensorflow` is used, or one is downloaded. */
  readonly from?: string | undefined;
  /** Version of TensorFlow. @defaultValue a pinned one, whose file is checked by its digest */
  readonly version?: string | undefined;
  /** With CUDA (untested). @defaultValue false */
  readonly gpu?: boolean;
  /** Builds anew what is there already. @defaultValue false */
  readonly force?: boolean;
  /** Asked before something is downloaded. @defaultValue yes */
  confirm?(what: string): Promise<boolean>;
  /** Called once, when another process is at it. */
  onWait?(): void;
}

/** What was set up. */
export interface SetupReport {
  readonly folder: string;
  readonly tensorflow: Libtensorflow;
  /** Disk space of the folder. */
  readonly bytes: number;
  /** Whether it was there already, so that nothing was done but verifying it. */
  readonly wasThere: boolean;
  readonly verdict: Verdict;
}

/**
 * Sets the tensorflow engine up: gets libtensorflow and tfjs-node, compiles addons for this machine, and verifies that the
 * engine starts and its numbers are right. Only then it is there for `startBackend`. Can be stopped and run again.
 *
 * @throws InputError when something is missing, with what to do about it
 */
export async function setupTensorflow(options: SetupOptions): Promise<SetupReport> {
  const unsupported = whyUnsupported();
  if (unsupported !== undefined) throw new InputError(unsupported);
  const folder = tensorflowFolder();
  await prepareFolder(folder);
  const { signal, onWait } = options;
  return withLock(join(folder, "lock"), () => setup(folder, options), { signal, ...(onWait ? { onWait } : {}) });
}

/** Removes all that {@link setupTensorflow} made. @returns the bytes that were freed */
export async function removeTensorflow(options: Pick<SetupOptions, "signal" | "onWait"> = {}): Promise<number> {
  const folder = tensorflowFolder();
  if (!existsSync(folder)) return 0;
  const { signal, onWait } = options;
  const remove = async (): Promise<number> => {
    const bytes = await sizeOf(folder);
    for (const name of await readdir(folder)) {
      if (name !== "lock") await rm(join(folder, name), { recursive: true });
    }
    return bytes;
  };
  const bytes = await withLock(join(folder, "lock"), remove, { signal, ...(onWait ? { onWait } : {}) });
  await rm(folder, { recursive: true, force: true });
  return bytes;
}

async function setup(folder: string, options: SetupOptions): Promise<SetupReport> {
  await removeRests(folder);
  const temporary = join(folder, `${TEMPORARY}${randomUUID()}`);
  try {
    const before = readRecord(folder);
    const sources = [START, ...nativeSources(options.nativeKernels ?? [])].map(digestOf);
    const wasThere = before !== undefined && !options.force && serves(before, options, sources);
    const record = wasThere ? before : await build(folder, temporary, sources, options);
    const trial = join(temporary, "trial");
    await writeJson(recordPath(join(trial, "tensorflow")), record);
    const verdict = await verify(options.verifier, trial, options);
    const final = { ...record, tensorflow: { ...record.tensorflow, version: verdict.version } };
    await writeJson(recordPath(folder), final);
    await rm(temporary, { recursive: true });
    await removeUnused(folder, "");
    return { folder, tensorflow: final.tensorflow, bytes: await sizeOf(folder), wasThere, verdict };
  } finally {
    await rm(temporary, { recursive: true, force: true });
    // What was downloaded stays for the next try.
    await removeUnused(folder, COMPILED);
  }
}

const TEMPORARY = "unfinished-";
const COMPILED = "addons-";

/** Whether what is there is what was asked for. */
function serves(
  record: SetupRecord,
  { from, version, gpu = false }: SetupOptions,
  sources: readonly string[],
): boolean {
  const { tensorflow, tfjsNode, addons } = record;
  return (
    sources.every((digest) => record.sources.includes(digest)) &&
    tensorflow.gpu === gpu &&
    (version === undefined || version === tensorflow.version) &&
    (from === undefined || libtensorflowIn(from).folder === tensorflow.folder) &&
    [tensorflow.folder, tfjsNode.folder, ...Object.values(addons)].every((path) => existsSync(path))
  );
}

async function build(
  folder: string,
  temporary: string,
  sources: readonly string[],
  options: SetupOptions,
): Promise<SetupRecord> {
  const { signal } = options;
  const compiler = await findCompiler();
  const libtensorflow = await getLibtensorflow(folder, temporary, options);
  const [tfjsNode, headers] = (await Promise.all(
    [TFJS_NODE, NODE_API_HEADERS].map(async (pinned, i) => {
      const installed = await installedPackage(pinned);
      if (installed !== undefined) return installed;
      const own = join(folder, `${basename(pinned.name)}-${pinned.version}`);
      await fetchPackage(pinned, own, join(temporary, `npm-${i}`), signal);
      return own;
    }),
  )) as [string, string];
  const made = join(temporary, "addons");
  await mkdir(made, { recursive: true });
  const code = nativeSources(options.nativeKernels ?? []);
  const log = join(folder, "compiler.log");
  await compileAddons({ compiler, libtensorflow, tfjsNode, headers, sources: code, log }, made, options);
  await keepOnly(made, Object.values(ADDONS));
  const addons = join(folder, `${COMPILED}${machineKey()}-${randomUUID().slice(0, 8)}`);
  await rename(made, addons);
  return {
    format: FORMAT,
    tensorflow: libtensorflow,
    tfjsNode: { version: TFJS_NODE.version, folder: tfjsNode },
    addons: {
      start: join(addons, ADDONS.start),
      binding: join(addons, ADDONS.binding),
      native: join(addons, ADDONS.native),
    },
    sources,
  };
}

/** Removes what was made on the way. */
async function keepOnly(folder: string, names: readonly string[]): Promise<void> {
  const others = (await readdir(folder)).filter((name) => !names.includes(name));
  await Promise.all(others.map((name) => rm(join(folder, name))));
}

/** From a folder, from Python, or from the package index. */
async function getLibtensorflow(folder: string, temporary: string, options: SetupOptions): Promise<Libtensorflow> {
  const { from, version, gpu = false, force = false, confirm } = options;
  if (from !== undefined) return { ...libtensorflowIn(from), version: version ?? "unknown", gpu, own: false };
  const platform = `${process.platform}-${process.arch}`;
  const wheel = wheelFor(platform, gpu, version);
  const name = wheel && `${wheel.name}-${wheel.version}-${platform}${gpu ? "-gpu" : ""}`;
  const own = (): Libtensorflow => {
    return { ...libtensorflowIn(join(folder, name!)), version: wheel!.version, gpu, own: true };
  };
  if (name !== undefined && !force && existsSync(join(folder, name))) return own();
  const found = gpu ? undefined : await pythonTensorflow(version);
  if (found) return { ...found, gpu, own: false };
  if (!wheel || name === undefined) throw new InputError(noWheel(platform, gpu));
  checkGlibc(wheel);
  const python = await findPython();
  const { transfer, room } = needs(wheel, gpu);
  await checkRoom(folder, room);
  const what = `TensorFlow ${wheel.version}: a download of ${transfer}, and ${megabytes(room)} of disk while it is set up`;
  if (confirm && !(await confirm(what))) throw new InputError("Nothing was set up. Use --yes, or --from FOLDER.");
  const unpacked = join(temporary, "wheel");
  await mkdir(unpacked, { recursive: true });
  await fetchWheel(wheel, unpacked, { ...options, python, gpu });
  libtensorflowIn(unpacked);
  await rm(join(folder, name), { recursive: true, force: true });
  await rename(unpacked, join(folder, name));
  return own();
}

/** Measured for linux-x64; with CUDA estimated. */
function needs({ bytes }: Wheel, gpu: boolean): { transfer: string; room: number } {
  if (gpu) return { transfer: "some 3 GB", room: 9e9 };
  return { transfer: megabytes(bytes ?? 280e6), room: 1.25e9 };
}

function noWheel(platform: string, gpu: boolean): string {
  const what = gpu ? `${platform} with CUDA` : platform;
  return `There is no package of TensorFlow for ${what}. If you have libtensorflow_cc, name its folder with --from.`;
}

/** What a run that was killed left. */
async function removeRests(folder: string): Promise<void> {
  const rests = (await readdir(folder)).filter((name) => name.startsWith(TEMPORARY));
  await Promise.all(rests.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/** Removes what no machine that shares the folder uses any more. */
async function removeUnused(folder: string, prefix: string): Promise<void> {
  const used = readRecords(folder).flatMap(({ tensorflow, tfjsNode, addons }) => [
    tensorflow.folder,
    tfjsNode.folder,
    ...Object.values(addons),
  ]);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isUsed = used.some((each) => each === path || each.startsWith(`${path}/`)) || entry.name.startsWith(HEADERS);
    if (entry.isDirectory() && entry.name.startsWith(prefix) && !isUsed)
      await rm(path, { recursive: true, force: true });
  }
}

const HEADERS = NODE_API_HEADERS.name;
