import { AbortedError, explainSystemFault, InputError, show } from "@kwta/core";
import { defineCommand, renderUsage, runCommand } from "citty";
import { withEmptyValues, type Command } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { harmless } from "./harmless.ts";
import { ShortfallError } from "./shortfall-error.ts";
import { VERSION } from "./version.ts";

const kwta = defineCommand({
  meta: { name: "kwta", version: VERSION, description: "Build, attack and understand k-Winners-Take-All networks." },
  subCommands: COMMANDS,
});

/**
 * Runs a command line. Exit codes: 0 done, 1 a fault of ours, 2 something given cannot be used, 3 done, and short of what was
 * asked for, 130 stopped.
 */
export async function runKwta(args: readonly string[]): Promise<number> {
  const sub = args[0] !== undefined && Object.hasOwn(COMMANDS, args[0]) ? COMMANDS[args[0]] : undefined;
  try {
    if (args.includes("--version")) return print(VERSION);
    if (args.includes("--help") || args.includes("-h")) return print(await usage(sub));
    if (args.length === 0) return print(await usage(undefined));
    if (sub === undefined) {
      throw new InputError(`kwta has no command ${show(args[0])}. It has: ${Object.keys(COMMANDS).join(", ")}.`);
    }
    await runCommand(sub, { rawArgs: withEmptyValues(args.slice(1), sub) });
    return 0;
  } catch (error) {
    return explain(explainSystemFault(error));
  }
}

async function usage(sub: Command | undefined): Promise<string> {
  if (sub === undefined) return renderUsage(kwta);
  const details = await sub.details?.();
  return [await renderUsage(sub, kwta), ...(details === undefined ? [] : [details])].join("\n");
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

/** `InputError` by name, since `@kwta/op` has its own; citty's is for a missing or misshapen argument. */
const BAD_INPUT: ReadonlySet<string> = new Set(["InputError", "CLIError"]);

function explain(error: unknown): number {
  if (error instanceof AbortedError) {
    process.stderr.write(`${error.message}\n`);
    return 130;
  }
  if (error instanceof ShortfallError) {
    process.stderr.write(`${error.message}\n`);
    return 3;
  }
  if (error instanceof Error && BAD_INPUT.has(error.name)) {
    process.stderr.write(`${harmless(error.message)}\n`);
    return 2;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `kwta failed. This is a fault of kwta; please report it with the lines below.\n${harmless(trace)}\n`,
  );
  return 1;
}
