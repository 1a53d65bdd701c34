import { AbortedError, didYouMean, explainSystemFault, InputError, nearestFirst, show } from "@kwta/core";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { harmless } from "./harmless.ts";
import { commandHelp, mainHelp } from "./help.ts";
import { ShortfallError } from "./shortfall-error.ts";
import { Output } from "./terminal.ts";
import { VERSION } from "./version.ts";

/**
 * Runs a command line. Exit codes: 0 done, 1 a fault of ours, 2 something given cannot be used, 3 done, and short of what was
 * asked for, 130 stopped. With `--json` an error is a document too, `{ "error": { "kind", "message", "exitCode" } }`, unless
 * the result was printed before it.
 */
export async function runKwta(args: readonly string[]): Promise<number> {
  const output = new Output(args.includes("--json"));
  try {
    if (args.includes("--version")) return print(VERSION);
    if (args.length === 0 || args[0] === "help" || args.includes("--help") || args.includes("-h")) {
      return print(await help(args.filter((word) => word !== "help" && !word.startsWith("-"))));
    }
    await find(COMMANDS, args[0]!).run(args.slice(1), output);
    return 0;
  } catch (error) {
    return explain(explainSystemFault(error), output);
  }
}

async function help([name, action]: readonly string[]): Promise<string> {
  if (name === undefined) return mainHelp(COMMANDS, VERSION);
  const command = find(COMMANDS, name);
  const actions = command.actions ?? {};
  const isAction = action !== undefined && Object.hasOwn(actions, action);
  return commandHelp(isAction ? actions[action]! : command);
}

function find(commands: Readonly<Record<string, Command>>, name: string): Command {
  if (Object.hasOwn(commands, name)) return commands[name]!;
  const names = Object.keys(commands);
  throw new InputError(
    `kwta has no command ${show(name)}. It has: ${nearestFirst(name, names)}.${didYouMean(name, names)}`,
  );
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

/** `InputError` by name, since `@kwta/op` has its own; citty's is for a misshapen argument. */
const BAD_INPUT: ReadonlySet<string> = new Set(["InputError", "CLIError"]);

/** Tells what happened, to people and programs. */
function explain(error: unknown, output: Output): number {
  const { kind, exitCode } = kindOf(error);
  const message = error instanceof Error ? error.message : String(error);
  output.document({ error: { kind, message, exitCode } });
  if (kind !== "fault") {
    process.stderr.write(`${harmless(message)}\n`);
    return exitCode;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `kwta failed. This is a fault of kwta; please report it with the lines below.\n${harmless(trace)}\n`,
  );
  return exitCode;
}

function kindOf(error: unknown): { kind: "input" | "shortfall" | "stopped" | "fault"; exitCode: number } {
  if (error instanceof AbortedError) return { kind: "stopped", exitCode: 130 };
  if (error instanceof ShortfallError) return { kind: "shortfall", exitCode: 3 };
  if (error instanceof Error && BAD_INPUT.has(error.name)) return { kind: "input", exitCode: 2 };
  return { kind: "fault", exitCode: 1 };
}
