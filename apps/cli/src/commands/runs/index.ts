import { lookUp } from "@kwta/core";
import { command } from "../../command.ts";
import { RUNS_ARGS, type RunAction } from "./args.ts";
import { compare } from "./compare.ts";
import { list } from "./list.ts";
import { show } from "./show.ts";

/** `kwta runs`: what trainings there are, how they went, and where they differ. Thin over `@kwta/runs`. */
export const runs = command({
  name: "runs",
  description: "List the trainings in a folder, show one with its curves, or compare some.",
  args: RUNS_ARGS,
  async run(args, terminal) {
    await lookUp<RunAction>("action", args.action, { list, show, compare })(args, terminal);
  },
});
