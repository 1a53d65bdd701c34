import { commandOfActions } from "../../command.ts";
import { info } from "./info.ts";
import { list } from "./list.ts";
import { newAttack } from "./new-attack.ts";
import { testAttacks } from "./test-attacks.ts";

/** `kwta attacks`: which there are, and a package with one's own. Thin over `@kwta/attacks`. */
export const attacks = commandOfActions(
  {
    name: "attacks",
    description: "List the attacks, describe one, test those of a package, or begin a package.",
    examples: {
      "attacks info pgd": "its parameters and their defaults",
      "attacks new my-attack": "begin a package with an attack of yours",
      "attacks test ./kwta-attack-my-attack": "hold it against the contract",
    },
  },
  { list, info, test: testAttacks, new: newAttack },
);
