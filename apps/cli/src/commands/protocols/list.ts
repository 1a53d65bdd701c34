import { command } from "../../command.ts";

/** `kwta protocols list`: everything that `--protocol` can name. */
export const list = command({
  name: "protocols list",
  description: "List everything that --protocol of kwta evaluate can name.",
  args: {},
  async run(_, terminal) {
    const { PROTOCOLS } = await import("@kwta/evaluation");
    const all = PROTOCOLS.map(({ id, version, summary, schema }) => {
      return { id: `${id}@${version}`, summary, params: Object.keys(schema) };
    });
    const width = Math.max(...all.map(({ id }) => id.length));
    for (const { id, summary } of all) terminal.say(`${id.padEnd(width)}  ${summary}`);
    terminal.say("\nkwta protocols info NAME tells what one runs; --protocol NAME of kwta evaluate runs it.");
    terminal.result({ protocols: all });
  },
});
