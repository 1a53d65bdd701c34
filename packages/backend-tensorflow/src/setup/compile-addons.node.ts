import { writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError, type LongWork } from "@kwta/core";
import { usableCores } from "./cores.node.ts";
import { libraries } from "./find-libtensorflow.node.ts";
import { runProgram } from "./run-program.node.ts";
import type { Addons, Libtensorflow } from "./setup-record.node.ts";
import { START } from "./sources.node.ts";

/** What {@link compileAddons} works with. */
interface Build {
  readonly compiler: string;
  readonly libtensorflow: Pick<Libtensorflow, "folder" | "include">;
  /** The folder of `@tensorflow/tfjs-node`. */
  readonly tfjsNode: string;
  /** The folder of `node-api-headers`. */
  readonly headers: string;
  /** Our C++ files. */
  readonly sources: readonly URL[];
  /** Where to keep what the compiler said when it failed. */
  readonly log: string;
}

/** Names of their files. */
export const ADDONS: Addons = { start: "kwta_start.node", binding: "tfjs_binding.node", native: "kwta_native.node" };

/**
 * Compiles the addons into a folder, on all cores.
 *
 * @throws InputError when the compiler fails
 */
export async function compileAddons(build: Build, folder: string, { signal, onProgress }: LongWork): Promise<void> {
  const units = unitsOf(build);
  const jobs = Object.entries(units).flatMap(([name, { files, flags }]) =>
    files.map((file) => [...flags, "-c", file, "-o", objectOf(name, file)]),
  );
  const failed = new AbortController();
  const either = AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]);
  let done = 0;
  const total = jobs.length + Object.keys(units).length;
  const run = async (args: readonly string[]): Promise<void> => {
    const { ended, stderr } = await runProgram(build.compiler, args, { signal: either, cwd: folder });
    if (ended !== 0) {
      failed.abort();
      await writeFile(build.log, stderr);
      throw new InputError(explainCompiler(build.compiler, ended, stderr, build.log));
    }
    onProgress?.({ task: "compile", done: ++done, total, unit: "step" });
  };
  const work = async (): Promise<void> => {
    for (let job = jobs.shift(); job; job = jobs.shift()) await run(job);
  };
  onProgress?.({ task: "compile", done, total, unit: "step" });
  const ends = await Promise.allSettled(Array.from({ length: usableCores() }, work));
  const failures = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
  // Of those that the first failure stopped, none tells why.
  if (failures.length > 0) throw failures.find((error) => error instanceof InputError) ?? failures[0]!;
  for (const [name, { files, link }] of Object.entries(units)) {
    const objects = files.map((file) => objectOf(name, file));
    await run([...LINK, ...objects, ...link, "-o", ADDONS[name as keyof Addons]]);
  }
}

/** What an addon is made of. */
interface Unit {
  readonly files: readonly string[];
  readonly flags: readonly string[];
  readonly link: readonly string[];
}

function unitsOf({ libtensorflow, tfjsNode, headers, sources }: Build): Readonly<Record<keyof Addons, Unit>> {
  const own = sources.map((file) => fileURLToPath(file));
  const common = ["-std=c++17", "-fPIC", "-w", "-DNAPI_VERSION=8", `-I${join(headers, "include")}`];
  const tensorflow = `-I${libtensorflow.include}`;
  const folders = [...new Set(own.map((file) => dirname(file)))].map((path) => `-I${path}`);
  const link = [...libraries(libtensorflow.folder), `-Wl,-rpath,${libtensorflow.folder}`];
  return {
    start: { files: [fileURLToPath(START)], flags: [...common, "-O2"], link: [] },
    binding: {
      files: ["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => join(tfjsNode, "binding", name)),
      flags: [...common, "-O2", `-I${tfjsNode}`, tensorflow],
      link,
    },
    native: {
      files: own.filter((file) => file.endsWith(".cc")),
      // Fast math stays off: it would make denormals vanish in all of Node.
      flags: [...common, "-O3", NATIVE, "-ffp-contract=fast", "-pthread", ...folders, tensorflow],
      link: ["-pthread", ...link],
    },
  };
}

/** Two folders may have files of one name. */
function objectOf(unit: string, file: string): string {
  return `${unit}-${basename(dirname(dirname(file)))}-${basename(file)}.o`;
}

const MAC = process.platform === "darwin";

const LINK = ["-shared", ...(MAC ? ["-undefined", "dynamic_lookup"] : [])];

/** For this CPU. Clang on arm64 has another word for it. */
const NATIVE = MAC && process.arch === "arm64" ? "-mcpu=native" : "-march=native";

/** What went wrong, and what to do about it. */
function explainCompiler(compiler: string, ended: number | string, stderr: string, log: string): string {
  if (/No space left on device/.test(stderr)) {
    return "The disk filled up while the addons were compiled. Make room, or set KWTA_CACHE_DIR to a folder elsewhere.";
  }
  if (/unrecognized.*-std=|invalid value 'c\+\+17'/.test(stderr)) {
    return `The compiler ${compiler} is too old for C++17. Install a newer one, such as g++ 9, and name it with CXX.`;
  }
  if (/Killed|SIGKILL/.test(`${ended} ${stderr}`)) {
    return `The compiler ${compiler} was killed, for want of memory perhaps. Free some and try again.`;
  }
  const version = /kernels for version (\S+) of native-op\.h, which is another one/.exec(stderr)?.[1];
  if (version !== undefined) {
    const file = /(\S+\.cc):\d/.exec(stderr)?.[1] ?? "A file of a kernel pack";
    return (
      `${file} is written for version ${version} of native-op.h, which is another one than that of this ` +
      "@kwta/backend-tensorflow. Update the older one of the two packages."
    );
  }
  const first = stderr.split("\n").find((line) => /error|undefined reference/.test(line)) ?? `it ended with ${ended}`;
  return `The compiler ${compiler} failed: ${first.trim()}. All that it said is in ${log}.`;
}
