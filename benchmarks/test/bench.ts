import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../run.mjs", import.meta.url));

/** Benchmarks run on the built packages, as people run them: `npm test` builds. */
export const built: boolean = ["op/dist/kernels/index.js", "backend/dist/index.js", "runs/dist/index.node.js"].every(
  (file) => existsSync(new URL(`../../packages/${file}`, import.meta.url)),
);

export const unbuilt: string = built ? "" : " (skipped: run `npm run build` first)";

/** Runs `node benchmarks/run.mjs`, without PyTorch. */
export function bench(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, KWTA_PYTHON: "no-such-python" } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}
