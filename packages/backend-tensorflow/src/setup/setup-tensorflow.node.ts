import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { NativeKernels, RemoveOptions, SetupOptions, SetupReport } from "@kwta/backend";
import { InputError, LOCK, withFolder, writeJson } from "@kwta/core";
import { findCompiler, whyUnsupported } from "./check-system.node.ts";
import { keepOnly, removeRests, removeUnused, TEMPORARY } from "./clean-folder.node.ts";
import { ADDONS, compileAddons } from "./compile-addons.node.ts";
import { fetchPackage, installedPackage, NODE_API_HEADERS, TFJS_NODE } from "./fetch-npm-package.node.ts";
import { sizeOf } from "./fetch-wheel.node.ts";
import { libtensorflowIn } from "./find-libtensorflow.node.ts";
import { contentsOf } from "./find-setup.node.ts";
import { getLibtensorflow } from "./get-libtensorflow.node.ts";
import { machineKey } from "./machine.node.ts";
import { nativeKernelsOf } from "./native-api.node.ts";
import { FORMAT, readRecord, recordPath, type Libtensorflow, type SetupRecord } from "./setup-record.node.ts";
import { readWishes, type SetupWishes } from "./setup-schema.ts";
import { digestOf, nativeSources, START } from "./sources.node.ts";
import { tensorflowFolder } from "./tensorflow-folder.node.ts";
import { verify } from "./verify.node.ts";

/** What was set up, with where TensorFlow's library is. */
export interface TensorflowSetupReport extends SetupReport {
  readonly tensorflow: Libtensorflow;
}

/**
 * Sets the tensorflow backend up: gets libtensorflow and tfjs-node, compiles addons for this machine, and verifies that the
 * backend starts and its numbers are right. Only then it is there for `startBackend`. Can be stopped and run again.
 *
 * @throws InputError when something is missing, with what to do about it
 */
export async function setupTensorflow(options: SetupOptions): Promise<TensorflowSetupReport> {
  const unsupported = whyUnsupported();
  if (unsupported !== undefined) throw new InputError(unsupported);
  const work: Work = {
    folder: tensorflowFolder(),
    wishes: readWishes(options.params),
    kernels: await nativeKernelsOf(options.kernels ?? []),
  };
  const { signal, onWait } = options;
  return withFolder(work.folder, (either) => setup(work, { ...options, signal: either }), {
    wait: true,
    signal,
    onWait,
  });
}

/** Removes all that {@link setupTensorflow} made. @returns the bytes that were freed */
export async function removeTensorflow(options: RemoveOptions = {}): Promise<number> {
  const folder = tensorflowFolder();
  if (!existsSync(folder)) return 0;
  const { signal, onWait } = options;
  const remove = async (): Promise<number> => {
    const bytes = await sizeOf(folder);
    for (const name of await readdir(folder)) {
      if (name !== LOCK) await rm(join(folder, name), { recursive: true });
    }
    return bytes;
  };
  const bytes = await withFolder(folder, remove, { wait: true, signal, onWait });
  await rm(folder, { recursive: true, force: true });
  return bytes;
}

/** What is to be done, and where. */
interface Work {
  readonly folder: string;
  readonly wishes: SetupWishes;
  readonly kernels: readonly NativeKernels[];
}

async function setup(work: Work, options: SetupOptions): Promise<TensorflowSetupReport> {
  const { folder } = work;
  await removeRests(folder);
  const temporary = join(folder, `${TEMPORARY}${randomUUID()}`);
  try {
    const before = readRecord(folder);
    const sources = [START, ...nativeSources(work.kernels)].map(digestOf);
    const wasThere = before !== undefined && !options.force && serves(before, work.wishes, sources);
    const record = wasThere ? before : await build(work, temporary, sources, options);
    const trial = join(temporary, "trial");
    await writeJson(recordPath(join(trial, "tensorflow")), record);
    const verdict = await verify(options.verifier, trial, options);
    const final = { ...record, tensorflow: { ...record.tensorflow, version: verdict.version } };
    await writeJson(recordPath(folder), final);
    await rm(temporary, { recursive: true });
    await removeUnused(folder, "");
    const contents = contentsOf(final);
    return { folder, tensorflow: final.tensorflow, contents, bytes: await sizeOf(folder), wasThere, verdict };
  } finally {
    await rm(temporary, { recursive: true, force: true });
    // What was downloaded stays for the next try.
    await removeUnused(folder, COMPILED);
  }
}

const COMPILED = "addons-";

/** Whether what is there is what was asked for. */
function serves(record: SetupRecord, { from, version, gpu }: SetupWishes, sources: readonly string[]): boolean {
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
  { folder, wishes, kernels }: Work,
  temporary: string,
  sources: readonly string[],
  options: SetupOptions,
): Promise<SetupRecord> {
  const { signal } = options;
  const compiler = await findCompiler();
  const libtensorflow = await getLibtensorflow(folder, temporary, wishes, options);
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
  const code = nativeSources(kernels);
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
