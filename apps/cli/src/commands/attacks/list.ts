import type { AttackLike } from "@kwta/attacks";
import { loadPlugin } from "../../plugins.ts";
import { command } from "../../command.ts";
import { PLUGIN_OPTION } from "./plugin-option.ts";

/** `kwta attacks list`: everything that `--attack` can name. */
export const list = command({
  name: "attacks list",
  description: "List everything that --attack of kwta evaluate can name.",
  args: PLUGIN_OPTION,
  async run(_, terminal) {
    const { attackName, ATTACKS, COMBINATORS } = await import("@kwta/attacks");
    const { formatTable } = await import("@kwta/viz");
    const others = await loadPlugins(terminal.all("plugin"));
    const all = [...ATTACKS, ...others].map(summary);
    const combinators = COMBINATORS.map(({ id, version, schema }) => ({ id, version, params: Object.keys(schema) }));
    terminal.say(
      formatTable({
        caption: "Attacks",
        columns: ["attack", "kind", "sees", "norms", "goals"],
        rows: all.map(({ id, kind, access, norms, goals }) => {
          return [attackName(id), kind ?? "budget", access, norms.join(" "), goals.join(" ")];
        }),
      }),
    );
    terminal.say(`\nMade of others: ${combinators.map(({ id }) => `${attackName(id)}(ATTACK,...)`).join(", ")}`);
    terminal.say("kwta attacks info NAME tells the parameters; --attack NAME:KEY=VALUE of kwta evaluate sets them.");
    terminal.result({ attacks: all, combinators });
  },
});

/** The attacks of some packages or files. @throws InputError when one cannot be loaded */
export async function loadPlugins(names: readonly string[]): Promise<readonly AttackLike[]> {
  return (await Promise.all(names.map(loadPlugin))).flat();
}

function summary({ id, version, kind, access, norms, goals, stochastic, schema }: AttackLike) {
  return { id, version, kind, access, norms, goals, stochastic, params: Object.keys(schema) };
}
