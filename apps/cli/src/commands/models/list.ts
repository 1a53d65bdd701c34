import type { RunAction } from "./args.ts";

/** `kwta models list`: what an id can name. */
export const list: RunAction = async (_, terminal) => {
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
      "or one for each, separated by commas. WideResNets of other sizes have names too: wideresnet16-4.",
  );
  terminal.result(all);
};
