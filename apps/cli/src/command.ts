import { InputError, type LongWork } from "@kwta/core";
import { defineCommand, type ArgsDef, type CommandDef, type ParsedArgs } from "citty";
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

/** What a command is made of. */
export interface CommandSettings<Args extends ArgsDef> {
  readonly name: string;
  readonly description: string;
  readonly args: Args;
  /** Options that it does not have any more, each with what to do instead. */
  readonly gone?: Readonly<Record<string, string>>;
  /** Whether the last positional argument may be given several times: `args._` has them all. @defaultValue false */
  readonly repeats?: boolean;
  /** What `--help` says below the options: what lists offer. */
  details?(): Promise<string>;
  /** Loads what it needs by dynamic import, so that `--help` never waits for a backend. */
  run(args: ParsedArgs<Args>, terminal: Terminal): Promise<void>;
}

/** A command as `kwta` runs it. */
export type Command = CommandDef<ArgsDef> &
  Pick<CommandSettings<ArgsDef>, "details"> & {
    /** Its options that take a value. */
    readonly valued: ReadonlySet<string>;
  };

/** A command with `--json`, progress, Ctrl-C, and an error for options that it does not know. */
export function command<const Args extends ArgsDef>(settings: CommandSettings<Args>): Command {
  const args: ArgsDef = { ...settings.args, ...JSON_ARG };
  const defined = defineCommand({
    meta: { name: settings.name, description: settings.description },
    args,
    async run({ args: given, rawArgs }) {
      refuseUnknown(given, args, settings, rawArgs);
      const terminal = openTerminal(Boolean(given["json"]), settings.name, rawArgs);
      try {
        await settings.run(given as ParsedArgs<Args>, terminal);
      } finally {
        terminal.close();
      }
    },
  });
  const valued = Object.keys(args).filter((name) => args[name]!.type === "string");
  return { ...defined, valued: new Set(valued), ...(settings.details && { details: settings.details }) };
}

/** As a POSIX shell takes it, without the password of an address: reports hold it. */
function quoted(given: string): string {
  const word = given.replace(/(?<=:\/\/)[^/@]+@/, "");
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Of an option given several times, citty keeps the last value alone. */
function valuesOf(name: string, rawArgs: readonly string[]): readonly string[] {
  const options = { [name]: { type: "string", multiple: true } } as const;
  const { values } = parseArgs({ args: [...rawArgs], options, strict: false, allowPositionals: true });
  return ((values[name] ?? []) as (string | boolean)[]).filter((value) => typeof value === "string");
}

const JSON_ARG = { json: { type: "boolean", description: "Print one JSON document for programs." } } as const;

/** What asks a command to stop: Ctrl-C, the system, a terminal that was closed. */
const STOPS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function openTerminal(json: boolean, subcommand: string, rawArgs: readonly string[]): Terminal & { close(): void } {
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
    all: (option) => valuesOf(option, rawArgs),
    commandLine: ["kwta", subcommand, ...rawArgs].map(quoted).join(" "),
    json,
    signal: stop.signal,
    onProgress(progress) {
      line.show(progress);
      parent.tell(progress);
    },
    say: (text) => {
      if (!json) print(process.stdout, text);
    },
    note: (text) => print(process.stderr, text),
    result: (value) => {
      if (json) print(process.stdout, JSON.stringify(value, null, 2));
    },
    close() {
      line.clear();
      for (const name of STOPS) process.off(name, onInterrupt);
      parent.leave();
    },
  };
}

function refuseUnknown(
  given: ParsedArgs<ArgsDef>,
  args: ArgsDef,
  { name, gone = {}, repeats = false }: Pick<CommandSettings<ArgsDef>, "name" | "gone" | "repeats">,
  rawArgs: readonly string[],
): void {
  for (const [option, instead] of Object.entries(gone)) {
    const isGiven = rawArgs.some((each) => each === `--${option}` || each.startsWith(`--${option}=`));
    if (isGiven) throw new InputError(`kwta ${name} has no option --${option} any more. ${instead}`);
  }
  const known = new Set(["_", ...Object.keys(args).flatMap((key) => [key, camelCase(key)])]);
  const unknown = Object.keys(given).find((key) => !known.has(key));
  if (unknown !== undefined) {
    const options = Object.keys(args).map((key) => `--${key}`);
    throw new InputError(`kwta ${name} has no option --${unknown}. It has: ${options.join(", ")}.`);
  }
  const positionals = Object.values(args).filter(({ type }) => type === "positional").length;
  if (given._.length > positionals && !repeats) {
    throw new InputError(`kwta ${name} cannot use ${JSON.stringify(given._[positionals])}. See kwta ${name} --help.`);
  }
}

/** What was typed, an option without its value getting an empty one, so that it does not take the next option for it. */
export function withEmptyValues(typed: readonly string[], { valued }: Command): string[] {
  return typed.map((word, i) => {
    const isLeft = typed[i + 1] === undefined || /^--\w/.test(typed[i + 1]!);
    return isLeft && word.startsWith("--") && valued.has(word.slice(2)) ? `${word}=` : word;
  });
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
