import { chart } from "../ui/chart.ts";
import { number } from "../ui/format.ts";
import { RANGE } from "./track.ts";

/** What ReLU and k-WTA make of one number as it is moved, the others held: a kink, and a gap. */
export function responseChart(values: readonly number[], chosen: number, k: number, at: number): SVGSVGElement {
  const others = values.filter((_, i) => i !== chosen).sort((a, b) => b - a);
  // It wins as soon as it reaches the k-th largest of the others' k - 1 best and itself; with k = 6 it always does.
  const bar = others[k - 1] ?? -RANGE;
  const here = at >= bar ? at : 0;
  const relu = {
    style: "relu",
    name: "ReLU",
    points: [
      [-RANGE, 0],
      [0, 0],
      [RANGE, RANGE],
    ] as const,
  };
  const parts = [
    {
      style: "kwta",
      name: "k-WTA",
      points: [
        [-RANGE, 0],
        [bar, 0],
      ] as const,
    },
    {
      style: "kwta",
      name: "k-WTA",
      points: [
        [bar, bar],
        [RANGE, RANGE],
      ] as const,
    },
  ];
  const now = { style: "kwta", name: "now", points: [[at, here]] as const, dots: true };
  const ticks = [-2, -1, 0, 1, 2].map((value) => [value, number(value)] as const);
  const gap = bar > -RANGE ? `k-WTA's jumps from 0 to ${number(bar)} at ${number(bar)}` : "k-WTA's follows it";
  return chart(
    [relu, ...parts, now],
    { label: `input ${chosen + 1}, the others held`, domain: [-RANGE, RANGE], ticks },
    { label: "its output", domain: [-RANGE, RANGE], ticks },
    `As input ${chosen + 1} grows, ReLU's output has a kink at 0; ${gap}.`,
    { height: 230 },
  );
}
