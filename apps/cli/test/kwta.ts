import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";

const bin = fileURLToPath(new URL("../bin/kwta.mjs", import.meta.url));

/** These tests run the command as people do, so it has to be built: `npm test` does that. */
export const built: boolean = existsSync(new URL("../dist/main.js", import.meta.url));

/** Settings of whoever runs the tests. */
const FOREIGN = ["KWTA_DATA_DIR", "KWTA_BACKEND", "KWTA_THREADS"];

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `kwta` in a folder, and sends it a Ctrl-C, or another signal, at a given time. */
export function kwta(
  cwd: string,
  args: readonly string[],
  interruptAt?: Promise<unknown>,
  signal: NodeJS.Signals = "SIGINT",
): Promise<Result> {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1", KWTA_CACHE_DIR: join(cwd, "cache") };
  for (const name of FOREIGN) delete env[name];
  const child = spawn(process.execPath, [bin, ...args], { cwd, env });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  void interruptAt?.then(() => child.kill(signal));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

/**
 * Runs `kwta` in a folder, within this process: much faster, for commands that end by themselves and start no second
 * backend.
 */
export async function kwtaHere(cwd: string, args: readonly string[]): Promise<Result> {
  const { runKwta } = await import("../src/run-kwta.ts");
  const { home, env } = { home: process.cwd(), env: { ...process.env } };
  let stdout = "";
  let stderr = "";
  const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((stdout += String(text))));
  const err = vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((stderr += String(text))));
  process.chdir(cwd);
  for (const name of FOREIGN) delete process.env[name];
  process.env["KWTA_CACHE_DIR"] = join(cwd, "cache");
  try {
    return { code: await runKwta(args), stdout, stderr };
  } finally {
    process.chdir(home);
    Object.assign(process.env, env);
    out.mockRestore();
    err.mockRestore();
  }
}

/** When a file exists. */
export async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((done) => setTimeout(done, 20));
}

export function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "kwta-cli-"));
}
