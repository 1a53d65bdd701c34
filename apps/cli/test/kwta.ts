import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../bin/kwta.mjs", import.meta.url));

/** These tests run the command as people do, so it has to be built: `npm test` does that. */
export const built: boolean = existsSync(new URL("../dist/main.js", import.meta.url));

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `kwta` in a folder, and sends it a Ctrl-C at a given time. */
export function kwta(cwd: string, args: readonly string[], interruptAt?: Promise<unknown>): Promise<Result> {
  const { KWTA_DATA_DIR: _, KWTA_BACKEND: __, ...env } = process.env;
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: { ...env, NO_COLOR: "1" } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  void interruptAt?.then(() => child.kill("SIGINT"));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

/** When a file exists. */
export async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((done) => setTimeout(done, 20));
}

export function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "kwta-cli-"));
}
