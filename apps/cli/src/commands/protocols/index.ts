import { lookUp } from "@kwta/core";
import { command } from "../../command.ts";
import { PROTOCOLS_ARGS, type RunAction } from "./args.ts";
import { info } from "./info.ts";
import { list } from "./list.ts";

/** `kwta protocols`: which there are, and what each runs. Thin over `@kwta/evaluation`. */
export const protocols = command({
  name: "protocols",
  description: "List the protocols of kwta evaluate, or describe one; with --json it can be changed and used.",
  args: PROTOCOLS_ARGS,
  async run(args, terminal) {
    await lookUp<RunAction>("action", args.action, { list, info })(args, terminal);
  },
});
