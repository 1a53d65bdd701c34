import type { ProtocolFileEntry } from "@kwta/evaluation";
import { command } from "../../command.ts";
import { findProtocol } from "../../evaluate/protocol.ts";
import { loadPlugins } from "../attacks/list.ts";

/** `kwta protocols info`: what a protocol runs, on what. */
export const info = command({
  name: "protocols info",
  description: "Tell what a protocol runs, on what.",
  args: {
    what: {
      type: "positional",
      description: "A protocol, with parameters, or a .json, .js or .ts file with one.",
      required: true,
    },
    plugin: {
      type: "string",
      description: "Package or file with attacks that the file names. May be given several times.",
    },
  },
  async run(args, terminal) {
    const { PROTOCOLS, writeProtocol } = await import("@kwta/evaluation");
    const others = await loadPlugins(terminal.all("plugin"));
    const protocol = await findProtocol(args.what, others);
    const file = writeProtocol(protocol, others);
    const known = PROTOCOLS.find(({ id, version }) => protocol.id.startsWith(`${id}@${version}`));
    terminal.say([protocol.id, ...(known ? [known.summary] : []), ""].join("\n"));
    for (const entry of file.entries) terminal.say(entryText(entry));
    terminal.result(file);
  },
});

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
