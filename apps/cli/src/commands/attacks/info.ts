import { formatValue, lookUp, whatItTakes, type ParamSchema } from "@kwta/core";
import { needed, type RunAction } from "./args.ts";
import { loadPlugins } from "./list.ts";

/** `kwta attacks info`: what an attack is and takes. */
export const info: RunAction = async (args, terminal) => {
  const { attackName, ATTACKS, COMBINATORS } = await import("@kwta/attacks");
  const name = needed(args);
  const all = [...ATTACKS, ...COMBINATORS, ...(await loadPlugins(terminal.all("plugin")))];
  const known = all.flatMap((each) => [[attackName(each.id), each] as const, [each.id, each] as const]);
  const found = lookUp("attack", name, Object.fromEntries(known));
  const { id, version, schema } = found;
  const facts =
    "access" in found
      ? [
          `kind         ${found.kind}`,
          `sees         ${SEES[found.access]}`,
          `norms        ${found.norms.join(", ")}`,
          `goals        ${found.goals.join(", ")}`,
          `random       ${found.stochastic ? "yes: another seed gives another result" : "no"}`,
        ]
      : ["kind         made of other attacks, in parentheses"];
  terminal.say([`${id} ${version}`, ...facts, "", ...parameters(schema)].join("\n"));
  const { kind, access, norms, goals, stochastic } = found as Partial<(typeof ATTACKS)[number]>;
  terminal.result({ id, version, kind, access, norms, goals, stochastic, schema });
};

const SEES = {
  gradient: "gradients of the model",
  score: "the model's scores alone",
  label: "the model's decisions alone",
} as const;

function parameters(schema: ParamSchema): string[] {
  const entries = Object.entries(schema);
  if (entries.length === 0) return ["No parameters."];
  const written = entries.map(([name, spec]) => `${name}=${formatValue(spec.default)}`);
  const width = Math.max(...written.map(({ length }) => length));
  return entries.map(([, spec], i) => {
    return `  ${written[i]!.padEnd(width)}  ${spec.description} Takes ${whatItTakes(spec)}.`;
  });
}
