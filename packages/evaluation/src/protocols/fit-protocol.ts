import type { Classifier, Norm } from "@kwta/attacks";
import { InputError } from "@kwta/core";
import { toProtocol, type Protocol, type ProtocolMaker } from "./protocol.ts";

/**
 * Of a protocol the entries that are meant for a norm and a network.
 *
 * @throws InputError where there are none, or two of one name
 */
export function fitProtocol(
  protocol: Protocol | ProtocolMaker,
  norm: Norm,
  { choosableBackward }: Pick<Classifier, "choosableBackward">,
): Protocol {
  const { id, entries } = toProtocol(protocol);
  const ofNorm = entries.filter(({ norms }) => norms === undefined || norms.includes(norm));
  const fitting = ofNorm.filter(({ nets }) => nets === undefined || (nets === "choosable") === choosableBackward);
  if (fitting.length === 0) {
    const norms = new Set(entries.flatMap((entry) => entry.norms ?? entry.attack.norms));
    throw new InputError(
      ofNorm.length === 0
        ? `The protocol ${id} has no attack in ${norm}, but in ${[...norms].join(", ")}. Choose one of these norms, or another protocol.`
        : `The protocol ${id} has no attack for networks ${choosableBackward ? "with" : "without"} layers whose backward pass can be chosen. Choose another one.`,
    );
  }
  const names = fitting.map((entry) => entry.id);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return { id, entries: fitting };
  throw new InputError(`The protocol ${id} runs two attacks of the name ${twice}. Give each its own.`);
}
