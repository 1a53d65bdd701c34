// @ts-check
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
/** @import { Runner } from "./types.ts" */

const workers = fileURLToPath(new URL("../workers/", import.meta.url));
const python = process.env["KWTA_PYTHON"] || "python3";

/** @type {Record<Runner["worker"], (settings: string) => [command: string, args: string[]]>} */
const COMMANDS = {
  tfjs: (settings) => [process.execPath, [`${workers}tfjs.mjs`, settings]],
  pytorch: (settings) => [python, ["-B", `${workers}pytorch.py`, settings]],
};

/**
 * A runner in a process of its own, which takes requests and gives answers as lines of JSON. The process ends with ours,
 * however that ends: it stops when its standard input does.
 */
export class RunnerProcess {
  #child;
  /** @type {{ resolve(answer: any): void, reject(error: Error): void }[]} */
  #waiting = [];
  #complaints = "";
  /** @type {Error | undefined} */
  #ended;

  /** @param {Runner} runner @param {string} benchmark name of its folder */
  constructor({ worker, settings }, benchmark) {
    const [command, args] = COMMANDS[worker](JSON.stringify({ ...settings, benchmark }));
    // In a group of its own, so that Ctrl-C reaches only us: what there is then is still to be told.
    this.#child = spawn(command, args, { stdio: "pipe", detached: true });
    this.#child.on("error", (error) => this.#end(`${command} cannot be started (${error.message})`));
    this.#child.on("close", (code, signal) => this.#end(`Its process ended (${signal ?? `exit code ${code}`})`));
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.on("data", (data) => (this.#complaints = `${this.#complaints}${data}`.slice(-2000)));
    createInterface(this.#child.stdout).on("line", (line) => this.#waiting.shift()?.resolve(JSON.parse(line)));
    process.on("exit", this.stop);
  }

  get pid() {
    return this.#child.pid;
  }

  /**
   * What the worker says first: its version.
   *
   * @returns {Promise<{ version: string }>}
   */
  ready() {
    return this.#answer();
  }

  /**
   * Makes one request. Requests are answered in order.
   *
   * @param {Readonly<Record<string, unknown>>} request
   * @returns {Promise<any>}
   */
  ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#answer();
  }

  stop = () => {
    process.off("exit", this.stop);
    this.#child.kill("SIGKILL");
  };

  /** @returns {Promise<any>} */
  async #answer() {
    if (this.#ended) throw this.#ended;
    const answer = await new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    if (typeof answer.error === "string") throw new Error(answer.error);
    return answer;
  }

  /** @param {string} how */
  #end(how) {
    const last = this.#complaints.trim().split("\n").at(-1);
    this.#ended ??= new Error(last ? `${how}: ${last}` : how);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
    process.off("exit", this.stop);
  }
}
