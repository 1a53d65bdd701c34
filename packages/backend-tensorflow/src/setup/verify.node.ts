import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Verdict } from "@kwta/backend";
import { InputError, type LongWork } from "@kwta/core";
import { runProgram } from "./run-program.node.ts";

/**
 * Runs a verifier in a process of its own, so that an illegal instruction ends that and not this one.
 *
 * @param cacheDir what KWTA_CACHE_DIR is there
 * @throws InputError when it fails, with the reason
 */
export async function verify(verifier: URL, cacheDir: string, { signal, onProgress }: LongWork): Promise<Verdict> {
  onProgress?.({ task: "verify", done: 0, total: 1, unit: "backend" });
  const env = { KWTA_CACHE_DIR: cacheDir, KWTA_BACKEND: "", TF_CPP_MIN_LOG_LEVEL: "0" };
  const { ended, stdout, stderr } = await runProgram(process.execPath, [built(verifier), "tensorflow"], {
    signal,
    env,
  });
  if (ended === 0) return JSON.parse(stdout.trim().split("\n").at(-1)!) as Verdict;
  throw new InputError(explainEnd(ended, stderr));
}

/** What is run from sources cannot run them as a program; what was built can. */
function built(script: URL): string {
  const path = fileURLToPath(script);
  const other = path.replace(/([\\/])src([\\/].*)\.ts$/, "$1dist$2.js");
  if (existsSync(other)) return other;
  throw new InputError(`There is no ${other} to verify the backend with. Build kwta first: npm run build.`);
}

/** Why the backend was not started, and what to do about it. */
function explainEnd(ended: number | string, stderr: string): string {
  const reason = stderr.trim().split("\n").at(-1) ?? "";
  if (ended === "SIGILL") {
    return "What was compiled uses an instruction that this CPU does not have (SIGILL). Set CXX to another compiler.";
  }
  if (typeof ended === "string") {
    return `The backend was built but ended with ${ended} when it was tried; it is not used. Its last words: ${reason}`;
  }
  return `The backend was built but does not work here; it is not used. ${reason}`;
}
