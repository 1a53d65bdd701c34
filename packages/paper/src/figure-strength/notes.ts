import { epsText } from "@kwta/core";
import type { FigureNote } from "../contract/figure-file.ts";
import { judge, testsText } from "../contract/judge.ts";
import { SMALL } from "../shared/accuracies/advantage.ts";
import { pairedOf } from "../shared/accuracies/data.ts";
import { percentOf } from "../shared/accuracies/lines.ts";
import { WEAK, type StrengthData, type StrengthLine } from "./data.ts";

/** What weak attacks flatter, and what width gives. */
export function notes(data: StrengthData): FigureNote[] {
  const { nets, widths } = data;
  return [
    ...nets.filter(({ activation }) => activation !== "relu").flatMap((net) => flattery(net, data)),
    ...(widths.length < 2 ? [] : [widthNote(data)]),
    ...nets.filter(({ activation }) => activation === "relu").map((net) => sentence(net, data)),
  ];
}

/** Each way of being weak, against the strongest PGD: few steps, one start, the last point. */
function flattery(net: StrengthLine, data: StrengthData): FigureNote[] {
  const strong = net.starts.at(-1)!;
  const weak = weakOf(net, data);
  if (weak === undefined) return [];
  const { kind, tests } = judge(
    [
      { name: `the last of ${WEAK} steps`, paired: pairedOf(weak.last, strong) },
      { name: `the best of ${WEAK} steps`, paired: pairedOf(weak.best, strong) },
      { name: "one start", paired: pairedOf(net.starts[0]!, strong) },
    ],
    { need: "all", margin: SMALL },
  );
  const { text } = sentence(net, data);
  return [
    {
      claim: "weak-attack-flatters",
      kind,
      text: `${text} More is left than of all starts, ${strong.n} images, Holm over ${tests.length}: ${testsText(tests)}.`,
    },
  ];
}

function sentence(net: StrengthLine, data: StrengthData): FigureNote {
  const { eps, steps } = data;
  const weak = weakOf(net, data);
  const parts = [
    ...(weak === undefined
      ? []
      : [
          `${percentOf(weak.last)} by the last of ${WEAK} steps on the cross-entropy`,
          `${percentOf(weak.best)} by the best of ${WEAK} on the margin`,
        ]),
    `${percentOf(net.starts[0]!)} by the best of ${steps.at(-1)!} steps`,
    `${percentOf(net.starts.at(-1)!)} by the best of ${net.starts.length} such starts`,
  ];
  return { kind: "note", text: `${net.label} at ε = ${epsText(eps)}: PGD leaves ${parts.join(", ")}.` };
}

function weakOf(
  { last, best }: StrengthLine,
  { steps }: StrengthData,
): Pick<Record<"last" | "best", StrengthLine["clean"]>, "last" | "best"> | undefined {
  const at = steps.indexOf(WEAK);
  return at < 0 ? undefined : { last: last[at]!, best: best[at]! };
}

/** Each width against the one before. */
function widthNote({ widths, eps }: StrengthData): FigureNote {
  const { kind, tests } = judge(
    widths.slice(1).map((row, i) => ({
      name: `${row.width} over ${widths[i]!.width}`,
      paired: pairedOf(row.strong, widths[i]!.strong),
    })),
    { need: "all", margin: SMALL },
  );
  const each = widths.map(
    ({ width, clean, strong, gate }) =>
      `${percentOf(strong)} of width ${width} (${percentOf(clean)} without attack, ${percentOf(gate)} under the gate too)`,
  );
  return {
    claim: "width-helps",
    kind,
    text:
      `At ε = ${epsText(eps)}, PGD leaves ${each.join(", ")}. The wider net ahead, ${widths[0]!.clean.n} images, ` +
      `Holm over ${tests.length}: ${testsText(tests)}.`,
  };
}
