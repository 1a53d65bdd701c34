import type { CommandSettings } from "../../command.ts";

/** What `kwta protocols` takes. */
export const PROTOCOLS_ARGS = {
  action: { type: "positional", description: "list or info.", required: true },
  what: {
    type: "positional",
    description: "info: a protocol, with parameters, or a .json, .js or .ts file with one.",
    required: false,
  },
  plugin: { type: "string", description: "info: package or file with attacks that the file names. Several times." },
} as const;

/** What an action does. */
export type RunAction = CommandSettings<typeof PROTOCOLS_ARGS>["run"];
