import { spawn } from "node:child_process";
import { AbortedError } from "@kwta/core";

/** @see {@link runProgram} */
export interface ProgramOptions {
  readonly signal?: AbortSignal | undefined;
  /** Environment variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the program reads. */
  readonly input?: string;
  readonly cwd?: string;
  /** Called with each line that it prints. */
  readonly onLine?: (line: string) => void;
}

/** How a program ended. */
export interface ProgramResult {
  /** Its exit code; the name of the signal that ended it; or the system's code when it could not be started, as ENOENT. */
  readonly ended: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end.
 *
 * @throws AbortedError when it was stopped by the signal
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { signal, env, input = "", cwd, onLine }: ProgramOptions = {},
): Promise<ProgramResult> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    cwd,
    stdio: "pipe",
    ...(signal ? { signal } : {}),
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      const before = output[name].lastIndexOf("\n") + 1;
      output[name] += text;
      const lines = output[name].slice(before).split("\n");
      lines.slice(0, -1).forEach((line) => onLine?.(line));
    });
  }
  // A program that does not read is no failure.
  child.stdin.on("error", () => {}).end(input);
  const ended = await new Promise<number | string>((resolve) => {
    child.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    child.on("close", (code, signalName) => resolve(code ?? signalName ?? "no exit code"));
  });
  if (signal?.aborted) throw new AbortedError();
  return { ended, ...output };
}
