import type { FigureNote } from "../contract/figure-file.ts";
import type { Figure2Data } from "./data.ts";

/** What the paper draws. */
const IN_PAPER: Readonly<Record<string, readonly number[]>> = {
  relu: [0.8, 0, 0, 1.7, 1.1, 0.9],
  "maxpool:2": [0.8, 1.7, 1.1],
  "lwta:2": [0.8, 0, 0, 1.7, 1.1, 0],
  "kwta-k:3": [0, 0, 0, 1.7, 1.1, 0.9],
};

/** Whether all values are the paper's. */
export function notes({ columns }: Figure2Data): FigureNote[] {
  const same = columns.every(({ name, outputs }) => {
    const drawn = IN_PAPER[name];
    return outputs.length === drawn?.length && outputs.every(({ value }, i) => value === drawn[i]);
  });
  const text = same
    ? "All values are those of the paper's figure."
    : "Some values are not those of the paper's figure.";
  return [{ claim: "activation", kind: same ? "agrees" : "differs", text }];
}
