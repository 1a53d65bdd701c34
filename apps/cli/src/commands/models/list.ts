import { command } from "../../command.ts";
import type { Terminal } from "../../terminal.ts";

/** `kwta models list`: what an id can name, or the nets that are trained. */
export const list = command({
  name: "models list",
  description: "List the networks that an id can name, or the nets that are trained.",
  args: { pretrained: { type: "boolean", description: "The trained nets that can be had, with what they withstand." } },
  run: (args, terminal) => (args.pretrained === true ? listPretrained(terminal) : listNetworks(terminal)),
});

async function listNetworks(terminal: Terminal): Promise<void> {
  const { architectures } = await import("@kwta/models");
  const all = architectures();
  const line = (name: string, width: string, hidden: string, summary: string): string =>
    [name.padEnd(18), width.padStart(5), hidden.padStart(8), summary].join("  ");
  terminal.say(line("network", "-w", "-h", "what it is"));
  for (const { name, width, hidden, summary } of all) {
    terminal.say(line(name, String(width?.default ?? "–"), hidden?.join("x") ?? "–", summary));
  }
  terminal.say("");
  terminal.say(
    "-w is the width and -h the units of hidden layers, with their defaults.\n" +
      "An id is NETWORK[-wWIDTH][-hHIDDEN]@ACTIVATION, such as resnet18-w16@kwta:0.1, with one activation for all stages\n" +
      "or one for each, separated by commas. WideResNets of other sizes have names too: wideresnet16-4.\n" +
      "--pretrained lists the nets that are trained.",
  );
  terminal.result(all);
}

async function listPretrained(terminal: Terminal): Promise<void> {
  const { PRETRAINED } = await import("@kwta/pretrained");
  const { cardsTable } = await import("./card-text.ts");
  terminal.say(await cardsTable(PRETRAINED));
  terminal.say("\nEach is a MODEL: kwta evaluate pretrained:NAME. Its card: kwta models info pretrained:NAME.");
  terminal.result(PRETRAINED);
}
