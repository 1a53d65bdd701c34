import type { FigureNote } from "../contract/figure-file.ts";
import type { Figure1Data, FittedNet } from "./data.ts";

/** What the fitted nets say about the paper's drawing. */
export function notes({ nets, points }: Figure1Data): FigureNote[] {
  const [kwta, relu] = nets;
  if (kwta === undefined || relu === undefined) return [];
  const errors = [kwta, relu].map((net) =>
    Math.max(...points.x.map((x, i) => Math.abs(valueAt(net, x) - points.y[i]!))),
  );
  const jumps = kwta.pieces.slice(1).map(({ y }, i) => Math.abs(y[0]! - kwta.pieces[i]!.y.at(-1)!));
  const largest = Math.max(0, ...jumps);
  const jumpy = jumps.length >= points.x.length - 1 && largest > 0.01;
  const [own, other] = errors.map((error) => error.toPrecision(2));
  return [
    {
      claim: "pieces",
      kind: jumpy && errors[0]! < 0.02 ? "agrees" : "differs",
      text:
        `The k-WTA net is ${kwta.pieces.length} affine pieces with jumps of up to ${largest.toPrecision(2)} between them, and ` +
        `misses no point by more than ${own}.`,
    },
    { kind: "note", text: `The ReLU net of the same size is continuous and misses no point by more than ${other}.` },
    { kind: "note", text: "The paper's figure is a drawing; this one is computed." },
  ];
}

/** Of the piece that x lies on. */
function valueAt({ pieces }: FittedNet, at: number): number {
  const { x, y } = pieces.find((piece) => piece.x.at(-1)! >= at) ?? pieces.at(-1)!;
  const i = Math.max(
    1,
    x.findIndex((each) => each >= at),
  );
  const fraction = (at - x[i - 1]!) / (x[i]! - x[i - 1]! || 1);
  return y[i - 1]! + fraction * (y[i]! - y[i - 1]!);
}
