// @ts-check
import { fork } from "node:child_process";
/** @import { ChildProcess } from "node:child_process" */
/** @import { Verdict } from "./types.ts" */

/** Wall-clock seconds without an answer after which a file is held to hang. */
const PATIENCE = 60;

/** @typedef {{ kind: string, seed: number, from: number, to: number }} Task */
/** @typedef {{ index: number, bytes: number, most: number }} Made */

/** Makes and reads files in a process that a file may end. */
export class FuzzProcess {
  /** @type {ChildProcess | undefined} */
  #child;
  #complaints = "";

  /**
   * @param {Task} task
   * @param {(verdict: Verdict, most: number) => void} take given each verdict, and the bytes that the file may unpack to
   * @returns {Promise<Made & { how: string } | undefined>} the file that ended the process, and how; undefined: none did
   */
  async perform(task, take) {
    const child = (this.#child ??= this.#start());
    /** @type {Made & { how: string }} */
    let current = { index: task.from, bytes: 0, most: 0, how: "" };
    const timer = setTimeout(() => {
      current.how = `no answer after ${PATIENCE} s`;
      child.kill("SIGKILL");
    }, PATIENCE * 1000);
    try {
      return await new Promise((resolve, reject) => {
        child.on("message", (/** @type {Made | Verdict | { done: true }} */ message) => {
          timer.refresh();
          if ("done" in message) resolve(undefined);
          else if ("refused" in message) take(message, current.most);
          else current = { ...message, how: "" };
        });
        child.on("close", (code, signal) => {
          this.#child = undefined;
          const last = this.#complaints.trim().split("\n").at(-1);
          current.how ||= `ended the process (${signal ?? `exit code ${code}`}): ${last}`;
          // Before a file was made, no file is to blame.
          if (current.most > 0) resolve(current);
          else reject(new Error(`The files of ${task.kind} cannot be made; one ${current.how}`));
        });
        child.send(task);
      });
    } finally {
      clearTimeout(timer);
      child.removeAllListeners("message");
      child.removeAllListeners("close");
    }
  }

  stop = () => void this.#child?.kill("SIGKILL");

  #start() {
    const stdio = /** @type {const} */ (["ignore", "ignore", "pipe", "ipc"]);
    const child = fork(new URL("worker.mjs", import.meta.url), { execArgv: ["--expose-gc"], stdio: [...stdio] });
    this.#complaints = "";
    child.stderr?.on("data", (data) => (this.#complaints = `${this.#complaints}${data}`.slice(-2000)));
    return child;
  }
}
