import type { Classifier, Norm } from "@kwta/attacks";
import { InputError } from "@kwta/core";
import { toProtocol, type Protocol, type ProtocolMaker } from "./protocol.ts";

/**
 * Of a protocol the entries that are meant for a norm and a network.
 *
 * @throws InputError where there are none
 */
export function fitProtocol(
  protocol: Protocol | ProtocolMaker,
  norm: Norm,
  { choosableBackward }: Pick<Classifier, "choosableBackward">,
): Protocol {
  const { id, entries } = toProtocol(protocol);
  const ofNorm = entries.filter(({ norms }) => norms === undefined || norms.includes(norm));
  const fitting = ofNorm.filter(({ nets }) => nets === undefined || (nets === "choosable") === choosableBackward);
  // One that has no attacks at all asks for the clean accuracy alone.
  if (fitting.length > 0 || entries.length === 0) return { id, entries: fitting };
  if (ofNorm.length > 0) {
    throw new InputError(
      `The protocol ${id} has no attack for networks ${choosableBackward ? "with" : "without"} layers whose backward pass can be chosen. Choose another one.`,
    );
  }
  const norms = new Set(entries.flatMap((entry) => entry.norms ?? entry.attack.norms));
  throw new InputError(
    `The protocol ${id} has no attack in ${norm}, but in ${[...norms].join(", ")}. Choose one of these norms, or another protocol.`,
  );
}
