/** A line of the text that describes a network: `conv 0 | 3 4 1 1 ...`. */
export interface Line {
  readonly name: string;
  /** The values that the step takes: 0 is the network's input, 1 what the first line gives, ... */
  readonly inputs: readonly number[];
  readonly args: readonly string[];
}

/** The lines of a network, see `network-step.h` of `@kwta/backend-tensorflow` for what there is. */
export function readLines(text: string): Line[] {
  return text.split("\n").map((row) => {
    const [before = "", after = ""] = row.split("|");
    const [name = "", ...inputs] = before.trim().split(" ");
    return { name, inputs: inputs.map(Number), args: after.trim().split(" ").filter(Boolean) };
  });
}
