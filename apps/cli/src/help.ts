import type { ArgDef, ArgsDef } from "citty";
import type { Command } from "./command.ts";
import { wrap, wrappedEntry } from "./wrap.ts";

/** What `kwta --help` says, in lines of at most 80 characters and without colours, so that it can be piped and searched. */
export function mainHelp(commands: Readonly<Record<string, Command>>, version: string): string {
  return [
    `kwta ${version}: build, attack and understand k-Winners-Take-All networks.`,
    "USAGE  kwta COMMAND [OPTIONS]",
    section("COMMANDS", commandLines(commands)),
    section("EXAMPLES", exampleLines(EXAMPLES)),
    wrap(
      "kwta COMMAND --help tells the options of each. Every command takes --json, which prints one document on standard output, of errors too.",
    ),
    wrap(
      "Exit codes: 0 done; 1 a fault of kwta; 2 something given cannot be used; 3 done, and short of --min-robust; 130 stopped.",
    ),
  ].join("\n\n");
}

const EXAMPLES = {
  quickstart: "train two small nets, attack both, write a report",
  "evaluate pretrained:mnist/mnist-cnn-w16-h256@kwta:0.1 --download --eps 0.1": "attack a trained net",
  "evaluate model.onnx --dataset mnist --eps 0.1": "attack a model of yours",
  serve: "the live page",
} as const;

/** What `kwta COMMAND --help` says. */
export async function commandHelp(command: Command): Promise<string> {
  const { name, description, args, actions, examples = {} } = command;
  const details = await command.details?.();
  const positionals = Object.entries(args).filter(([, arg]) => arg.type === "positional");
  const words = positionals.map(([key, arg]) => (arg.required === true ? key.toUpperCase() : `[${key.toUpperCase()}]`));
  // A command of actions alone has no option of its own.
  const isRun = actions === undefined || Object.keys(args).length > 0;
  const usages = [...(isRun ? [words] : []), ...(actions ? [["ACTION"]] : [])];
  const parts = [
    wrap(description),
    usages.map((usage, i) => [i === 0 ? "USAGE " : "      ", "kwta", name, ...usage, "[OPTIONS]"].join(" ")).join("\n"),
    actions && section("ACTIONS", commandLines(actions)),
    positionals.length > 0 && section("ARGUMENTS", positionals.map(argumentLine)),
    ...(isRun ? optionSections(command) : []),
    Object.keys(examples).length > 0 && section("EXAMPLES", exampleLines(examples)),
    details?.trimEnd(),
    actions && `kwta ${name} ACTION --help tells the options of each.`,
  ];
  return parts.filter((part) => typeof part === "string").join("\n\n");
}

function optionSections({ args, groups = {} }: Command): string[] {
  const grouped = new Set(Object.values(groups).flatMap((group) => Object.keys(group)));
  const own = Object.keys(args).filter((key) => !grouped.has(key) && args[key]!.type !== "positional");
  const rest: readonly (readonly [title: string, keys: readonly string[]])[] = Object.entries(groups).map(
    ([title, group]) => [title, Object.keys(group)],
  );
  return ([["OPTIONS", own], ...rest] as const).map(([title, keys]) =>
    section(
      title,
      keys.map((key) => optionLine(key, args)),
    ),
  );
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines].join("\n");
}

function commandLines(commands: Readonly<Record<string, Command>>): string[] {
  return Object.entries(commands).map(([name, { description }]) => wrappedEntry(name, description, NARROW));
}

function argumentLine([key, { description = "" }]: readonly [string, ArgDef]): string {
  return wrappedEntry(key.toUpperCase(), description, NARROW);
}

function optionLine(key: string, args: ArgsDef): string {
  const arg = args[key]!;
  const { description = "", default: standard, valueHint } = arg;
  const value = arg.type === "string" ? ` <${valueHint ?? key.slice(key.lastIndexOf("-") + 1)}>` : "";
  const defaults = standard === undefined ? "" : ` Default: ${String(standard)}.`;
  return wrappedEntry(`--${key}${value}`, description + defaults, WIDE);
}

/** A command line cannot be broken, so what it does stands below it. */
function exampleLines(examples: Readonly<Record<string, string>>): string[] {
  return Object.entries(examples).map(([line, what]) => {
    const whole = `kwta ${line}`;
    return whole.length + what.length < 74 ? `  ${whole.padEnd(36)}  # ${what}` : `  # ${what}\n  ${whole}`;
  });
}

/** Where descriptions begin: beside names, and beside options with their values. */
const NARROW = 16;
const WIDE = 26;
