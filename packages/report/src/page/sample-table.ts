import { epsText } from "@kwta/core";
import type { Evaluation } from "@kwta/evaluation";
import type { TableCell, TableData } from "@kwta/viz";
import { className } from "../words.ts";

/** Each sample: what the model says of it, and the smallest eps at which an attack that counts broke it. */
export function sampleTable(evaluation: Evaluation, most = 1000): TableData {
  const { samples, n } = evaluation;
  const firsts = firstBroken(evaluation);
  const rows = Array.from({ length: Math.min(n, most) }, (_, position): TableCell[] => {
    const [label, predicted] = [samples.labels[position]!, samples.cleanPredicted[position]!];
    const margin = samples.cleanMargin[position]!;
    const first = firsts.get(position);
    return [
      position,
      samples.ids[position]!,
      className(evaluation, label),
      ...(samples.targets === undefined ? [] : [className(evaluation, samples.targets[position]!)]),
      label === predicted ? "right" : `taken for ${className(evaluation, predicted)}`,
      margin === null ? null : Number(margin.toPrecision(3)),
      ...(label === predicted ? (first ?? ["stands", null]) : [null, null]),
    ];
  });
  return {
    columns: [
      "image",
      "id",
      { title: "class", align: "left" },
      ...(samples.targets === undefined ? [] : [{ title: "target", align: "left" } as const]),
      { title: "without an attack", align: "left" },
      { title: "margin", detail: "wrong over right" },
      { title: "broken at eps", align: "right" },
      { title: "first by", align: "left" },
    ],
    rows,
    sortable: true,
  };
}

/** Of each broken sample, the smallest eps, or the distance of its nearest point, and the first attack in the protocol's order that broke it there. */
function firstBroken({ attacks }: Evaluation): Map<number, [eps: string, attack: string]> {
  const found = new Map<number, { readonly eps: number; readonly attack: string }>();
  const enter = (position: number, eps: number, attack: string): void => {
    if (eps < (found.get(position)?.eps ?? Infinity)) found.set(position, { eps, attack });
  };
  for (const { id, at, nearest, role } of attacks) {
    if (role === "diagnostic") continue;
    for (const { eps, broke } of at) for (const position of broke) enter(position, eps, id);
    nearest?.attacked.forEach((position, i) => enter(position, nearest.distances[i] ?? Infinity, id));
  }
  return new Map([...found].map(([position, { eps, attack }]) => [position, [epsText(eps), attack]]));
}
