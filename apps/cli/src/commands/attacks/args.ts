import { InputError } from "@kwta/core";
import type { CommandSettings } from "../../command.ts";

/** What `kwta attacks` takes; each action uses some of it. */
export const ATTACKS_ARGS = {
  action: { type: "positional", description: "list, info, test or new.", required: true },
  what: {
    type: "positional",
    description:
      "info: name of an attack. test: package, folder of one, or .js file with attacks. new: name of your attack, my-attack.",
    required: false,
  },
  plugin: { type: "string", description: "list, info: package or file with attacks beside ours. Several times." },
  attack: {
    type: "string",
    description: "test: this attack alone, with parameters that are cheap: NAME:KEY=VALUE. Several times.",
  },
  out: { type: "string", description: "new: folder of the package. Default: kwta-attack-NAME." },
} as const;

/** What an action does. */
export type RunAction = CommandSettings<typeof ATTACKS_ARGS>["run"];

/**
 * What an action works on.
 *
 * @throws InputError when it was not given
 */
export function needed(args: Parameters<RunAction>[0]): string {
  if (args.what !== undefined) return args.what;
  throw new InputError(`kwta attacks ${args.action} needs a name. ${ATTACKS_ARGS.what.description}`);
}
