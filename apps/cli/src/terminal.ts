import type { LongWork } from "@kwta/core";
import { parseArgs } from "node:util";
import { harmless } from "./harmless.ts";
import { openParent } from "./parent.ts";
import { progressLine } from "./progress-line.ts";

/** What a command is given besides its options, what it prints and how it is stopped. */
export interface Terminal {
  /** All values of an option that may be given several times; empty where it was not given. */
  all(name: string): readonly string[];
  /** What was typed, as a shell takes it. */
  readonly commandLine: string;
  readonly signal: AbortSignal;
  readonly onProgress: NonNullable<LongWork["onProgress"]>;
  /** Whether programs read the output: then `result` prints one JSON document and `say` nothing. */
  readonly json: boolean;
  /** A line for people, on standard output. */
  say(text: string): void;
  /** A remark for people, on standard error. */
  note(text: string): void;
  /** The document for programs, on standard output with --json. */
  result(value: unknown): void;
}

/** Where the output of one run of `kwta` goes: with --json, one document on standard output. */
export class Output {
  readonly json: boolean;
  #hasDocument = false;

  constructor(json: boolean) {
    this.json = json;
  }

  /** Prints the document, the first time. */
  document(value: unknown): void {
    if (!this.json || this.#hasDocument) return;
    this.#hasDocument = true;
    process.stdout.write(`${harmless(JSON.stringify(value, null, 2))}\n`);
  }
}

/** @param words what was typed after the command's name */
export function openTerminal(
  output: Output,
  commandName: string,
  words: readonly string[],
): Terminal & { close(): void } {
  const line = progressLine({
    write: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY === true && process.env["CI"] === undefined,
    now: () => performance.now(),
  });
  const stop = new AbortController();
  const onInterrupt = (name: string): void => {
    // Someone who asks twice does not want to wait for a clean end. A terminal that closes asks once, and some shells again.
    if (stop.signal.aborted && name === "SIGHUP") return;
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
    line.clear();
    process.stderr.write("Stopping. Press Ctrl-C again to leave at once.\n");
  };
  for (const name of STOPS) process.on(name, onInterrupt);
  const parent = openParent(onInterrupt);
  const print = (stream: NodeJS.WriteStream, text: string): void => {
    line.clear();
    stream.write(`${harmless(text)}\n`);
  };
  return {
    all: (option) => valuesOf(option, words),
    commandLine: ["kwta", commandName, ...words].map((word, i) => (i === 1 ? word : quoted(word))).join(" "),
    json: output.json,
    signal: stop.signal,
    onProgress(progress) {
      line.show(progress);
      parent.tell(progress);
    },
    say: (text) => {
      if (!output.json) print(process.stdout, text);
    },
    note: (text) => print(process.stderr, text),
    result: (value) => {
      line.clear();
      output.document(value);
    },
    close() {
      line.clear();
      for (const name of STOPS) process.off(name, onInterrupt);
      parent.leave();
    },
  };
}

/** What asks a command to stop: Ctrl-C, the system, a terminal that was closed. */
const STOPS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** As a POSIX shell takes it, without the password of an address: reports hold it. */
function quoted(given: string): string {
  const word = given.replace(/(?<=:\/\/)[^/@]+@/, "");
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Of an option given several times, citty keeps the last value alone. */
function valuesOf(name: string, words: readonly string[]): readonly string[] {
  const options = { [name]: { type: "string", multiple: true } } as const;
  const { values } = parseArgs({ args: [...words], options, strict: false, allowPositionals: true });
  return ((values[name] ?? []) as (string | boolean)[]).filter((value) => typeof value === "string");
}
