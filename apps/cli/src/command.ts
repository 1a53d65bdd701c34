import { InputError, type LongWork } from "@kwta/core";
import { defineCommand, type ArgsDef, type CommandDef, type ParsedArgs } from "citty";
import { progressLine } from "./progress-line.ts";

/** What a command prints and how it is stopped. */
interface Terminal {
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

/** What a command is made of. */
export interface CommandSettings<Args extends ArgsDef> {
  readonly name: string;
  readonly description: string;
  readonly args: Args;
  /** Loads what it needs by dynamic import, so that `--help` never waits for a backend. */
  run(args: ParsedArgs<Args>, terminal: Terminal): Promise<void>;
}

/** A command with `--json`, progress, Ctrl-C, and an error for options that it does not know. */
export function command<const Args extends ArgsDef>(settings: CommandSettings<Args>): CommandDef<ArgsDef> {
  const args: ArgsDef = { ...settings.args, ...JSON_ARG };
  return defineCommand({
    meta: { name: settings.name, description: settings.description },
    args,
    async run({ args: given }) {
      refuseUnknown(given, args, settings.name);
      const terminal = openTerminal(Boolean(given["json"]));
      try {
        await settings.run(given as ParsedArgs<Args>, terminal);
      } finally {
        terminal.close();
      }
    },
  });
}

/**
 * Ends the program without a word when whoever read its output has left, as `head` does, with the exit code that shells
 * report of programs that SIGPIPE ends.
 */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(141);
      throw error;
    });
  }
}

const JSON_ARG = { json: { type: "boolean", description: "Print one JSON document for programs." } } as const;

function openTerminal(json: boolean): Terminal & { close(): void } {
  const line = progressLine({
    write: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY === true && process.env["CI"] === undefined,
    now: () => performance.now(),
  });
  const stop = new AbortController();
  const onInterrupt = (): void => {
    // Someone who asks twice does not want to wait for a clean end.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
    line.clear();
    process.stderr.write("Stopping. Press Ctrl-C again to leave at once.\n");
  };
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onInterrupt);
  const print = (stream: NodeJS.WriteStream, text: string): void => {
    line.clear();
    stream.write(`${text}\n`);
  };
  return {
    json,
    signal: stop.signal,
    onProgress: line.show,
    say: (text) => {
      if (!json) print(process.stdout, text);
    },
    note: (text) => print(process.stderr, text),
    result: (value) => {
      if (json) print(process.stdout, JSON.stringify(value, null, 2));
    },
    close() {
      line.clear();
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onInterrupt);
    },
  };
}

function refuseUnknown(given: ParsedArgs<ArgsDef>, args: ArgsDef, name: string): void {
  const known = new Set(["_", ...Object.keys(args).flatMap((key) => [key, camelCase(key)])]);
  const unknown = Object.keys(given).find((key) => !known.has(key));
  if (unknown !== undefined) {
    const options = Object.keys(args).map((key) => `--${key}`);
    throw new InputError(`kwta ${name} has no option --${unknown}. It has: ${options.join(", ")}.`);
  }
  const positionals = Object.values(args).filter(({ type }) => type === "positional").length;
  if (given._.length > positionals) {
    throw new InputError(`kwta ${name} cannot use ${JSON.stringify(given._[positionals])}. See kwta ${name} --help.`);
  }
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
