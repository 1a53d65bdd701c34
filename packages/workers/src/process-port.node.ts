import { fork, type ChildProcess } from "node:child_process";
import type { Port } from "./port.ts";

/** @see {@link startProcess} */
export interface StartProcessOptions {
  /** Milliseconds that a process has to end by itself before it is killed. @defaultValue 2000 */
  readonly patience?: number | undefined;
}

/**
 * Starts a process of Node that runs a module, which serves calls by {@link parentPort}. It ends with this process, however that
 * ends; a Ctrl-C at the terminal leaves the decision to this process. What it writes is not shown, unless it fails.
 *
 * @param module URL or path of a file
 */
export function startProcess(module: URL | string, { patience = 2000 }: StartProcessOptions = {}): Port {
  const child = fork(module, [], { serialization: "advanced", stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let said = "";
  child.stderr!.on("data", (data: Buffer) => (said = (said + data.toString()).slice(-2000)));
  const gone = new Promise<string>((resolve) => {
    child.on("error", ({ message }) => resolve(message));
    // There is no "close" after a disconnect, and its last words may come after its end.
    child.on("exit", (code, signal) => {
      const tell = (): void => resolve(reasonOf(code, signal, said));
      if (child.stderr!.closed) tell();
      child.stderr!.once("close", tell);
      setTimeout(tell, 200);
    });
  });
  return {
    post(message) {
      // A process that is just dying says so by its end.
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (listener) => void child.on("message", listener),
    onEnd: (listener) => void gone.then(listener),
    end: () => endProcess(child, gone, patience),
  };
}

async function endProcess(child: ChildProcess, gone: Promise<unknown>, patience: number): Promise<void> {
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  await gone;
  clearTimeout(timer);
}

function reasonOf(code: number | null, signal: string | null, said: string): string {
  if (signal !== null) return `it was killed (${signal})`;
  const errors = said.split("\n").filter((line) => /^\w*Error\b/.test(line.trim()));
  const last = errors.at(-1);
  return `exit code ${code}${last === undefined ? "" : `, ${last.trim()}`}`;
}

/** The way from a process that {@link startProcess} started to the one that did. The process ends when that one is gone. */
export function parentPort(): Port {
  if (process.send === undefined) throw new Error("This process was not started by startProcess.");
  // A terminal sends these to all of its processes; the parent decides what they mean.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => {});
  process.on("disconnect", () => process.exit(0));
  return {
    post: (message) => void process.send!(message),
    onMessage: (listener) => void process.on("message", listener),
    onEnd: () => {},
    end: async () => process.exit(0),
  };
}
