import type { FigureNote } from "../contract/figure-file.ts";
import type { Measured } from "../shared/measured.ts";
import type { Figure3Data, LogitPanel } from "./data.ts";

/** How rough logits and losses are, of k-WTA and of ReLU. */
export function notes({ panels, training }: Figure3Data): FigureNote[] {
  const isRelu = ({ activation }: { readonly activation: string }): boolean => activation === "relu";
  const jump = (all: readonly LogitPanel[]): number =>
    Math.max(...all.flatMap(({ logits }) => logits.map(largestJump)));
  const found: FigureNote[] = [];
  const [kwta, relu] = [panels.filter((panel) => !isRelu(panel)), panels.filter(isRelu)];
  if (kwta.length > 0 && relu.length > 0) {
    const [own, other] = [jump(kwta), jump(relu)];
    found.push({
      kind: own > 3 * other ? "agrees" : "differs",
      text:
        `From one of ${panels[0]!.sizes.length} points to the next, a logit of the k-WTA net changes by up to ${share(own)} of its ` +
        `range, one of the ReLU net by up to ${share(other)}.`,
    });
  }
  const rough = training.map(({ loss }) => scatter(loss) / (loss[0] ?? Number.NaN));
  const ofEach = training.map(({ label }, i) => `${share(rough[i]!)} (${label})`).join(" and ");
  const [walk, beside] = training.map(isRelu).includes(true) ? rough : [];
  found.push({
    kind: walk === undefined || beside === undefined ? "note" : walk < 3 * beside ? "agrees" : "differs",
    text: `Along the path of training the loss differs from the mean of its neighbours by ${ofEach} of what it is at the start, on average.`,
  });
  return found;
}

function share(value: number): string {
  return `${(100 * value).toPrecision(2)} %`;
}

/** How rough a line is: the mean distance of a point from the mean of its two neighbours. */
function scatter(values: readonly Measured[]): number {
  const finite = values.filter((value) => value !== null);
  const inner = finite.slice(1, -1).map((value, i) => Math.abs(value - (finite[i]! + finite[i + 2]!) / 2));
  return inner.reduce((a, b) => a + b, 0) / inner.length;
}

/** The largest change from one point to the next, as a share of the range: near 1 for a jump, small for a smooth line. */
function largestJump(values: readonly Measured[]): number {
  const finite = values.filter((value) => value !== null);
  const range = Math.max(...finite) - Math.min(...finite);
  const changes = finite.slice(1).map((value, i) => Math.abs(value - finite[i]!));
  return range > 0 ? Math.max(...changes) / range : 0;
}
