import { InputError, show } from "@kwta/core";
import { existsSync } from "node:fs";
import { VICTIM_KINDS } from "./kinds/index.node.ts";
import { RANGE } from "./kinds/kind.ts";
import type { VictimOptions, VictimSettings } from "./victim-settings.ts";

/**
 * What a text names: a run folder, a folder with a TensorFlow.js model, a file of weights, an ONNX file, an address, a
 * pretrained net. Nothing is loaded.
 *
 * @throws InputError for what is none of them, and for options that belong to another kind
 */
export async function describeVictim(what: string, options: VictimOptions = {}): Promise<VictimSettings> {
  const isThere = /^(https?|pretrained):/i.test(what) || existsSync(what);
  if (!isThere) throw new InputError(missing(what));
  for (const kind of VICTIM_KINDS) {
    if (!(await kind.is(what))) continue;
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const odd = given.find(([name]) => ![...RANGE, ...kind.options].includes(name as keyof VictimOptions));
    if (odd === undefined) return { kind: kind.name, what, ...(Object.fromEntries(given) as VictimOptions) };
    const owner = VICTIM_KINDS.find((each) => each.options.includes(odd[0] as keyof VictimOptions));
    throw new InputError(
      `${show(what)} is ${kind.called}; ${odd[0]} is for ${owner?.called ?? "nothing"}. Leave it out.`,
    );
  }
  throw new InputError(`${show(what)} is no model that can be attacked. ${NAME_ONE}.`);
}

const NAME_ONE = `Name ${VICTIM_KINDS.map(({ called }) => called).join(", or ")}`;

function missing(what: string): string {
  if (what.includes("@")) {
    return `${show(what)} is the id of a network without weights. Train it first: kwta train --model ${what}.`;
  }
  return `There is nothing at ${show(what)}. ${NAME_ONE}.`;
}
