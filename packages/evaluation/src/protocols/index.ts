import { lookUp, parseParams, parseSpec } from "@kwta/core";
import { adaptiveProtocol } from "./adaptive.ts";
import { minimumNormProtocol } from "./minimum-norm.ts";
import { paper } from "./paper.ts";
import { plus } from "./plus.ts";
import type { Protocol, ProtocolMaker } from "./protocol.ts";
import { quick } from "./quick.ts";
import { rand } from "./rand.ts";
import { standard } from "./standard.ts";

/** The protocols of this package. The command line and the docs come from this list. */
export const PROTOCOLS: readonly ProtocolMaker[] = [
  quick,
  paper,
  standard,
  plus,
  rand,
  adaptiveProtocol,
  minimumNormProtocol,
];

/**
 * The protocol that a text means: `"quick"`, `"quick@1"`, `"quick:steps=20,estimateSamples=0"`.
 *
 * @throws InputError for an unknown protocol, version or parameter (the nearest is offered)
 */
export function parseProtocol(text: string, known: readonly ProtocolMaker[] = PROTOCOLS): Protocol {
  const { name, params } = parseSpec("protocol", text);
  const named = known.flatMap((maker) => [
    [maker.id, maker] as const,
    [`${maker.id}@${maker.version}`, maker] as const,
  ]);
  const maker = lookUp("protocol", name, Object.fromEntries(named));
  return maker(parseParams(`the protocol ${maker.id}`, maker.schema, params));
}
