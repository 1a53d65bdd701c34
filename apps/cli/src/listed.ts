import { formatValue, whatItTakes, type ParamSchema } from "@kwta/core";
import { wrap, wrappedEntry } from "./wrap.ts";

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
  return [wrappedEntry(id, summary, 24), ...describeParams(schema, 6), ""];
}

/** A line or more for each parameter: its default, what it is and what it takes. */
export function describeParams(schema: ParamSchema, indent: number): string[] {
  return Object.entries(schema).map(([name, spec]) => {
    const written = `${name}=${formatValue(spec.default)}`;
    const text = `${" ".repeat(indent)}${written.padEnd(20)}  ${spec.description} Takes ${whatItTakes(spec)}.`;
    return wrap(text, { indent: indent + 4 });
  });
}
