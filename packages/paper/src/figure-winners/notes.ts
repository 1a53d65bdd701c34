import type { FigureNote } from "../contract/figure-file.ts";
import { judge, signsOf, testsText } from "../contract/judge.ts";
import { sizeText } from "../shared/units.ts";
import { median } from "../shared/quantiles.ts";
import type { WinnersData, WinnersLine } from "./data.ts";

/** Whether even the smallest steps change k-WTA's winners and move its logits, more than ReLU's. */
export function notes(data: WinnersData): FigureNote[] {
  const { nets, distances, eps, images } = data;
  const relu = nets.find(({ activation }) => activation === "relu");
  const kwta = nets.find(({ activation }) => activation.startsWith("kwta:"));
  return [...(kwta === undefined || relu === undefined ? [] : [compare(kwta, relu, data)]), ...nets.map(describe)];

  function describe({ label, lost, change }: WinnersLine): FigureNote {
    const at = [0, distances.length - 1].map(
      (i) =>
        `${sizeText(distances[i]!, eps)} away ${percent(median(lost[i]!))} of its winners are others and its logits have moved by ` +
        `${percent(median(change[i]!))} of their length`,
    );
    return { kind: "note", text: `${label}: ${at.join(", ")} (medians of ${images} images).` };
  }
}

/** At every distance below a tenth of eps, in both measures. */
function compare(kwta: WinnersLine, relu: WinnersLine, { distances, eps, images }: WinnersData): FigureNote {
  const places = distances.flatMap((distance, i) => (distance <= 0.101 * eps ? [i] : []));
  const { kind, tests } = judge(
    places.flatMap((i) => [
      { name: `${sizeText(distances[i]!, eps)} (winners)`, paired: signsOf(kwta.lost[i]!, relu.lost[i]!) },
      { name: `${sizeText(distances[i]!, eps)} (logits)`, paired: signsOf(kwta.change[i]!, relu.change[i]!) },
    ]),
    { need: "all" },
  );
  return {
    claim: "dense-changes",
    kind,
    text:
      `Up to a tenth of ε, steps change more winners of ${kwta.label} than of ${relu.label}, and move its logits more. ` +
      `Sign test over ${images} images, Holm over ${tests.length}: ${testsText(tests)}.`,
  };
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
