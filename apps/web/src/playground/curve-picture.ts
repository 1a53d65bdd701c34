import { REACH } from "../compute/grid.ts";
import type { Pieces } from "../compute/pieces.ts";
import type { Problem } from "../compute/problems.ts";
import { s } from "../ui/dom.ts";
import { pieceAt, probe } from "./probe.ts";

const WIDTH = 600;
const HEIGHT = 400;
/** Of the heights that are drawn. */
const HIGHEST = 1.15;

/** What of a net's curve is looked at. */
export interface CurveView {
  readonly name: string;
  readonly alt: string;
  /** Where an attacker would go, from the nearest point. */
  readonly at: number;
  /** A hidden unit whose response is shown. */
  readonly unit: number | undefined;
}

/** A picture of a net that learns a curve: the curve, its points, the net's output piece by piece, and one tangent. */
export function curvePicture(
  { points, targets, curve }: Problem,
  pieces: Pieces | undefined,
  { name, alt, at, unit }: CurveView,
): SVGSVGElement {
  const isRelu = name === "ReLU";
  const dense = Array.from({ length: 101 }, (_, i) => REACH * (i / 50 - 1));
  return s(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "picture", role: "img", "aria-label": alt },
    s("line", { class: "grid", x1: 0, x2: WIDTH, y1: atY(0), y2: atY(0) }),
    s("line", { class: "grid", x1: atX(0), x2: atX(0), y1: 0, y2: HEIGHT }),
    s("path", { class: "jumps", d: pieces && !isRelu ? jumps(pieces) : "" }),
    s("path", { class: "response", d: pieces && unit !== undefined ? response(pieces, unit) : "" }),
    s("path", { class: "target", d: dense.map((x, i) => `${i === 0 ? "M" : "L"}${place(x, curve!(x))}`).join("") }),
    s("path", { class: `net ${isRelu ? "relu" : "kwta"}`, d: pieces ? lines(pieces, isRelu) : "" }),
    ...(pieces ? probed(pieces, points, at) : []),
    ...Array.from(points, (x, i) => s("circle", { class: "point", cx: atX(x), cy: atY(targets[i]!), r: 5 })),
  );
}

/** The input below a place of the picture, as a share of its width. */
export function inputAt(share: number): number {
  return REACH * (2 * Math.max(0, Math.min(1, share)) - 1);
}

/** A line for each piece; ReLU's pieces meet. */
function lines({ at, left, right }: Pieces, joined: boolean): string {
  return Array.from(left, (height, i) => {
    const begin = joined && i > 0 ? "" : `M${place(at[i]!, height)}`;
    return `${begin}L${place(at[i + 1]!, right[i]!)}`;
  }).join("");
}

function jumps({ at }: Pieces): string {
  return Array.from(at.subarray(1, -1), (x) => `M${atX(x).toFixed(1)} 0V${HEIGHT}`).join("");
}

/** Where the unit wins: bars along the lower edge. */
function response(pieces: Pieces, unit: number): string {
  const all = pieces.won.length / pieces.left.length;
  return Array.from(pieces.left, (_, i) =>
    pieces.won[i * all + unit] === 1
      ? `M${atX(pieces.at[i]!).toFixed(1)} ${HEIGHT - 8}H${atX(pieces.at[i + 1]!).toFixed(1)}`
      : "",
  ).join("");
}

/** The tangent at the nearest point, what it promises where the attacker goes, and what the net gives there. */
function probed(pieces: Pieces, points: Float32Array, at: number): SVGElement[] {
  const { from, promised, given } = probe(pieces, points, at);
  const start = pieceAt(pieces, from);
  return [
    s("path", { class: "tangent", d: `M${place(from, start.value)}L${place(at, promised)}` }),
    s("path", { class: "miss", d: `M${place(at, promised)}L${place(at, given)}` }),
    s("circle", { class: "promised", cx: atX(at), cy: atY(clamp(promised)), r: 4.5 }),
    s("circle", { class: "given", cx: atX(at), cy: atY(clamp(given)), r: 4.5 }),
  ];
}

function place(x: number, y: number): string {
  return `${atX(x).toFixed(1)} ${atY(clamp(y)).toFixed(1)}`;
}

/** Far outside of the picture, numbers only lengthen the path. */
function clamp(y: number): number {
  return Math.max(-4, Math.min(4, y));
}

function atX(x: number): number {
  return (WIDTH * (x + REACH)) / (2 * REACH);
}

function atY(y: number): number {
  return (HEIGHT * (HIGHEST - y)) / (2 * HIGHEST);
}
