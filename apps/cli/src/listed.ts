import { formatValue, whatItTakes, type ParamSchema } from "@kwta/core";

/** Something of a list that options can name, with its parameters. */
export interface ListedThing {
  readonly id: string;
  readonly schema: ParamSchema;
  /** What it is, in a line. */
  readonly summary?: string;
}

/** A list for help texts: what there is, and what can be set of each. */
export function listed(title: string, how: string, things: readonly ListedThing[]): string {
  return [`${title}  ${how}`, "", ...things.flatMap(describe)].join("\n");
}

function describe({ id, schema, summary = "" }: ListedThing): string[] {
  const params = Object.entries(schema).map(([name, spec]) => {
    const written = `${name}=${formatValue(spec.default)}`;
    return `      ${written.padEnd(28)}  ${spec.description} Takes ${whatItTakes(spec)}.`;
  });
  return [`  ${id.padEnd(20)}  ${summary}`, ...params, ""];
}
