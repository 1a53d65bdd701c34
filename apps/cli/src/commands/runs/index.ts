import { commandOfActions } from "../../command.ts";
import { compare } from "./compare.ts";
import { list } from "./list.ts";
import { show } from "./show.ts";

/** `kwta runs`: what trainings there are, how they went, and where they differ. Thin over `@kwta/runs`. */
export const runs = commandOfActions(
  {
    name: "runs",
    description: "List the trainings in a folder, show one with its curves, or compare some.",
    examples: {
      "runs list": "those in runs/",
      "runs show runs/train-glyphs28-1 --html curves.html": "one, with its curves",
    },
  },
  { list, show, compare },
);
