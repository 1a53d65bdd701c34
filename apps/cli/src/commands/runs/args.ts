import type { CommandSettings } from "../../command.ts";

/** What `kwta runs` takes; each action uses some of it. */
export const RUNS_ARGS = {
  action: { type: "positional", description: "list, show or compare.", required: true },
  run: { type: "positional", description: "show, compare: folder of a run.", required: false },
  other: { type: "positional", description: "compare: folder of another.", required: false },
  more: { type: "string", description: "compare: folders of further ones. Several times." },
  root: { type: "string", description: "list: folder that the runs are in.", default: "runs" },
  html: {
    type: "string",
    description: "show, compare: write the curves to this file, a page that needs nothing else.",
  },
} as const;

/** What an action does. */
export type RunAction = CommandSettings<typeof RUNS_ARGS>["run"];
