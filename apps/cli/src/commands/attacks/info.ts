import { lookUp } from "@kwta/core";
import { command } from "../../command.ts";
import { describeParams } from "../../listed.ts";
import { PLUGIN_OPTION } from "./plugin-option.ts";
import { loadPlugins } from "./list.ts";

/** `kwta attacks info`: what an attack is and takes. */
export const info = command({
  name: "attacks info",
  description: "Tell what an attack is, and its parameters.",
  args: { name: { type: "positional", description: "The attack, such as pgd.", required: true }, ...PLUGIN_OPTION },
  examples: { "attacks info apgd": "APGD: kind, norms, parameters" },
  async run({ name }, terminal) {
    const { attackName, ATTACKS, COMBINATORS } = await import("@kwta/attacks");
    const all = [...ATTACKS, ...COMBINATORS, ...(await loadPlugins(terminal.all("plugin")))];
    const known = Object.fromEntries(all.map((each) => [attackName(each.id), each]));
    const found = all.find((each) => each.id === name) ?? lookUp("attack", name, known);
    const { id, version, schema } = found;
    const facts =
      "access" in found
        ? [
            `kind         ${found.kind ?? "budget"}`,
            `sees         ${SEES[found.access]}`,
            `norms        ${found.norms.join(", ")}`,
            `goals        ${found.goals.join(", ")}`,
            `random       ${found.stochastic ? "yes: another seed gives another result" : "no"}`,
          ]
        : ["kind         made of other attacks, in parentheses"];
    const parameters = Object.keys(schema).length === 0 ? ["No parameters."] : describeParams(schema, 2);
    terminal.say([`${id} ${version}`, ...facts, "", ...parameters].join("\n"));
    const { kind, access, norms, goals, stochastic } = found as Partial<(typeof ATTACKS)[number]>;
    terminal.result({ id, version, kind, access, norms, goals, stochastic, schema });
  },
});

const SEES = {
  gradient: "gradients of the model",
  score: "the model's scores alone",
  label: "the model's decisions alone",
} as const;
