import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { InputError, type LongWork } from "@kwta/core";
import { runProgram } from "./_run-program.node.ts";

/** What a verifier prints, as JSON in one line: it has started the engine, whose numbers were right. */
export interface Verdict {
  /** Version of TensorFlow. */
  readonly version: string;
  readonly threads: number;
  /** How many tensors the self-check compared, and the largest error. */
  readonly compared: number;
  readonly worst: number;
  /** Milliseconds from nothing to an engine that is ready and checked. */
  readonly milliseconds: number;
  /** Speed of a 3x3 convolution in GFLOP/s. */
  readonly gflops: number;
}

/**
 * Runs a verifier in a process of its own, so that an illegal instruction ends that and not this one.
 *
 * @param cacheDir what KWTA_CACHE_DIR is there
 * @throws InputError when it fails, with the reason
 */
export async function verify(verifier: URL, cacheDir: string, { signal, onProgress }: LongWork): Promise<Verdict> {
  onProgress?.({ task: "verify", done: 0, total: 1, unit: "engine" });
  const env = { KWTA_CACHE_DIR: cacheDir, KWTA_BACKEND: "", TF_CPP_MIN_LOG_LEVEL: "0" };
  const { ended, stdout, stderr } = await runProgram(process.execPath, [built(verifier)], { signal, env });
  if (ended === 0) return JSON.parse(stdout.trim().split("\n").at(-1)!) as Verdict;
  throw new InputError(explainEnd(ended, stderr));
}

/** What is run from sources cannot run them as a program; what was built can. */
function built(script: URL): string {
  const path = fileURLToPath(script);
  const other = path.replace(/([\\/])src([\\/].*)\.ts$/, "$1dist$2.js");
  if (existsSync(other)) return other;
  throw new InputError(`There is no ${other} to verify the engine with. Build kwta first: npm run build.`);
}

/** Why the engine was not started, and what to do about it. */
function explainEnd(ended: number | string, stderr: string): string {
  const reason = stderr.trim().split("\n").at(-1) ?? "";
  if (ended === "SIGILL") {
    return "What was compiled uses an instruction that this CPU does not have (SIGILL). Set CXX to another compiler.";
  }
  if (typeof ended === "string") {
    return `The engine was built but ended with ${ended} when it was tried; it is not used. Its last words: ${reason}`;
  }
  return `The engine was built but does not work here; it is not used. ${reason}`;
}
