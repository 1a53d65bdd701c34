import { didYouMean, InputError, lookUp, nearestFirst } from "@kwta/core";
import { parseArgs, type ArgsDef, type ParsedArgs } from "citty";
import { openTerminal, type Output, type Terminal } from "./terminal.ts";

/** What a command is made of. */
export interface CommandSettings<Args extends ArgsDef> {
  /** As it is typed after `kwta`: of an action of a command both words. */
  readonly name: string;
  readonly description: string;
  readonly args: Args;
  /** Titles of help, each with the options below it; the others stand first, without a title of their own. */
  readonly groups?: Readonly<Record<string, ArgsDef>>;
  /** Command lines that do something useful, without `kwta`, each with what it does. */
  readonly examples?: Readonly<Record<string, string>>;
  /** Options that it does not have any more, each with what to do instead. */
  readonly gone?: Readonly<Record<string, string>>;
  /** Whether the last positional argument may be given several times: `args._` has them all. @defaultValue false */
  readonly repeats?: boolean;
  /** What `--help` says below the options: what lists offer. */
  details?(): Promise<string>;
  /** Loads what it needs by dynamic import, so that `--help` never waits for a backend. */
  run(args: ParsedArgs<Args>, terminal: Terminal): Promise<void>;
}

/** What help says of a command, and how `kwta` runs it. */
export interface Command extends Pick<
  CommandSettings<ArgsDef>,
  "name" | "description" | "args" | "groups" | "examples" | "details"
> {
  /** Of a command that has several, by name: the next word says which. */
  readonly actions?: Readonly<Record<string, Command>>;
  /**
   * Refuses what its options and arguments do not allow, and does nothing else: examples in texts are held against it.
   *
   * @param words what was typed after its name
   */
  check(words: readonly string[]): void;
  /** @param words what was typed after its name */
  run(words: readonly string[], output: Output): Promise<void>;
}

/** A command with `--json`, progress, Ctrl-C, and an error for options that it does not know. */
export function command<const Args extends ArgsDef>(settings: CommandSettings<Args>): Command {
  const args: ArgsDef = { ...settings.args, ...JSON_ARG };
  const parse = (typed: readonly string[]): ParsedArgs<ArgsDef> => {
    const given = parseArgs<ArgsDef>([...typed], withoutRequired(args));
    refuseUnknown(given, args, settings, typed);
    refuseMissing(given, args, settings.name);
    return given;
  };
  return {
    ...settings,
    args,
    check: (words) => void parse(withEmptyValues(words, args)),
    async run(words, output) {
      const typed = withEmptyValues(words, args);
      const given = parse(typed);
      const terminal = openTerminal(output, settings.name, typed);
      try {
        await settings.run(given as ParsedArgs<Args>, terminal);
      } finally {
        terminal.close();
      }
    },
  };
}

/** A command whose next word says what it does, each of which is a command by itself: `models info`. */
export function commandOfActions(
  settings: Pick<CommandSettings<ArgsDef>, "name" | "description" | "examples">,
  actions: Readonly<Record<string, Command>>,
): Command {
  const { name } = settings;
  const choose = (words: readonly string[]): { action: Command; rest: readonly string[] } => {
    const at = words.findIndex((word) => !word.startsWith("-"));
    if (at !== -1) return { action: lookUp("action", words[at]!, actions), rest: words.filter((_, i) => i !== at) };
    throw new InputError(`kwta ${name} needs to know what to do: ${Object.keys(actions).join(", ")}.`);
  };
  return {
    ...settings,
    args: {},
    actions,
    check(words) {
      const { action, rest } = choose(words);
      action.check(rest);
    },
    async run(words, output) {
      const { action, rest } = choose(words);
      await action.run(rest, output);
    },
  };
}

/** A command that has actions besides: `sweep FILE`, and `sweep status`. */
export function withActions(main: Command, actions: Readonly<Record<string, Command>>): Command {
  const choose = (words: readonly string[]): { command: Command; rest: readonly string[] } => {
    const at = words.findIndex((word) => word !== "--json");
    const isAction = at !== -1 && Object.hasOwn(actions, words[at]!);
    return isAction
      ? { command: actions[words[at]!]!, rest: words.filter((_, i) => i !== at) }
      : { command: main, rest: words };
  };
  return {
    ...main,
    actions,
    check(words) {
      const { command: chosen, rest } = choose(words);
      chosen.check(rest);
    },
    async run(words, output) {
      const { command: chosen, rest } = choose(words);
      await chosen.run(rest, output);
    },
  };
}

const JSON_ARG = { json: { type: "boolean", description: "Print one JSON document for programs." } } as const;

/** citty names what is missing, and not what to do. */
function withoutRequired(args: ArgsDef): ArgsDef {
  return Object.fromEntries(
    Object.entries(args).map(([name, arg]) => [name, { ...arg, required: false } as (typeof args)[string]]),
  );
}

function refuseMissing(given: ParsedArgs<ArgsDef>, args: ArgsDef, name: string): void {
  for (const [key, arg] of Object.entries(args)) {
    if (arg.required !== true || given[key] !== undefined) continue;
    const what = arg.type === "positional" ? key.toUpperCase() : `--${key}`;
    throw new InputError(`kwta ${name} needs ${what}. ${arg.description ?? ""} See kwta ${name} --help.`);
  }
}

function refuseUnknown(
  given: ParsedArgs<ArgsDef>,
  args: ArgsDef,
  { name, gone = {}, repeats = false }: Pick<CommandSettings<ArgsDef>, "name" | "gone" | "repeats">,
  typed: readonly string[],
): void {
  for (const [option, instead] of Object.entries(gone)) {
    const isGiven = typed.some((each) => each === `--${option}` || each.startsWith(`--${option}=`));
    if (isGiven) throw new InputError(`kwta ${name} has no option --${option} any more. ${instead}`);
  }
  const options = Object.keys(args).filter((key) => args[key]!.type !== "positional");
  const known = new Set(["_", ...Object.keys(args).flatMap((key) => [key, camelCase(key)])]);
  const unknown = Object.keys(given).find((key) => !known.has(key));
  if (unknown !== undefined) {
    const flags = options.map((key) => `--${key}`);
    const flag = `--${unknown}`;
    throw new InputError(
      `kwta ${name} has no option ${flag}. It has: ${nearestFirst(flag, flags)}.${didYouMean(flag, flags)}`,
    );
  }
  const positionals = Object.keys(args).length - options.length;
  if (given._.length > positionals && !repeats) {
    throw new InputError(`kwta ${name} cannot use ${JSON.stringify(given._[positionals])}. See kwta ${name} --help.`);
  }
}

/** What was typed, an option without its value getting an empty one, so that it does not take the next option for it. */
export function withEmptyValues(typed: readonly string[], args: ArgsDef): string[] {
  return typed.map((word, i) => {
    const isLeft = typed[i + 1] === undefined || /^--\w/.test(typed[i + 1]!);
    const isValued = word.startsWith("--") && args[word.slice(2)]?.type === "string";
    return isLeft && isValued ? `${word}=` : word;
  });
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
