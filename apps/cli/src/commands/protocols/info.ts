import { InputError } from "@kwta/core";
import type { ProtocolFileEntry } from "@kwta/evaluation";
import { findProtocol } from "../../evaluate/protocol.ts";
import { loadPlugins } from "../attacks/list.ts";
import { PROTOCOLS_ARGS, type RunAction } from "./args.ts";

/** `kwta protocols info`: what a protocol runs, on what. */
export const info: RunAction = async (args, terminal) => {
  if (args.what === undefined) {
    throw new InputError(`kwta protocols info needs a name. ${PROTOCOLS_ARGS.what.description}`);
  }
  const { PROTOCOLS, writeProtocol } = await import("@kwta/evaluation");
  const others = await loadPlugins(terminal.all("plugin"));
  const protocol = await findProtocol(args.what, others);
  const file = writeProtocol(protocol, others);
  const known = PROTOCOLS.find(({ id, version }) => protocol.id.startsWith(`${id}@${version}`));
  terminal.say([protocol.id, ...(known ? [known.summary] : []), ""].join("\n"));
  for (const entry of file.entries) terminal.say(entryText(entry));
  terminal.result(file);
};

/** Its name, its attack, and on another line what is particular to it. */
function entryText({
  id,
  attack,
  norms,
  nets,
  samples,
  eps,
  on,
  role,
  start,
  rounds,
  aim,
  passes,
}: ProtocolFileEntry): string {
  const facts = [
    norms && `in ${norms.join(", ")}`,
    nets && (nets === "choosable" ? "nets with a choice of backward pass" : "nets without a choice of backward pass"),
    samples && `of the first ${samples} images`,
    eps && `at eps ${eps.join(", ")}`,
    on === "survivors" && "on what stands",
    role === "diagnostic" && "as a diagnostic",
    start && "from the best points of the smaller eps",
    rounds && `in up to ${rounds} rounds`,
    aim === "nearest" && `nearest points, ${passes ?? 2000} passes`,
    aim !== "nearest" && passes && `${passes} passes`,
  ].filter(Boolean);
  return `  ${id.padEnd(18)} ${attack}\n${facts.length > 0 ? `${" ".repeat(21)}${facts.join("; ")}\n` : ""}`;
}
