import { commandOfActions } from "../../command.ts";
import { info } from "./info.ts";
import { list } from "./list.ts";

/** `kwta protocols`: which there are, and what each runs. Thin over `@kwta/evaluation`. */
export const protocols = commandOfActions(
  {
    name: "protocols",
    description: "List the protocols of kwta evaluate, or describe one; with --json it can be changed and used.",
    examples: {
      "protocols info standard": "the attacks it runs, on what",
      "protocols info quick --json > mine.json": "change it, then: kwta evaluate MODEL --protocol mine.json",
    },
  },
  { list, info },
);
