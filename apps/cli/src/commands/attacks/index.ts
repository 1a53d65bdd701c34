import { lookUp } from "@kwta/core";
import { command } from "../../command.ts";
import { ATTACKS_ARGS, type RunAction } from "./args.ts";
import { info } from "./info.ts";
import { list } from "./list.ts";
import { newAttack } from "./new-attack.ts";
import { testAttacks } from "./test-attacks.ts";

/** `kwta attacks`: which there are, and a package with one's own. Thin over `@kwta/attacks`. */
export const attacks = command({
  name: "attacks",
  description: "List the attacks, describe one, test those of a package, or begin a package.",
  args: ATTACKS_ARGS,
  async run(args, terminal) {
    const actions = { list, info, test: testAttacks, new: newAttack };
    await lookUp<RunAction>("action", args.action, actions)(args, terminal);
  },
});
