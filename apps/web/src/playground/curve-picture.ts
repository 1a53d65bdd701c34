import { gridOf, REACH } from "../compute/grid.ts";
import type { NetPicture } from "../compute/playground.ts";
import type { Problem } from "../compute/problems.ts";
import { s } from "../ui/dom.ts";
import { describe } from "./numbers-of.ts";

const WIDTH = 600;
const HEIGHT = 400;
/** Of the heights that are drawn. */
const HIGHEST = 1.15;

/** A picture of a net that learns a curve: the curve, its points, and the pieces of the net's output. */
export function curvePicture(problem: Problem, net: NetPicture | undefined, name: string): SVGSVGElement {
  const { points, targets, curve } = problem;
  const dense = Array.from(gridOf(problem));
  const pieces = net === undefined ? [] : piecesOf(dense, net);
  const jumps = net === undefined || name === "ReLU" ? [] : net.changes.map((i) => (dense[i]! + dense[i + 1]!) / 2);
  const alt = net === undefined ? `${name}: not trained yet` : `${name}: ${describe(net, name)}`;
  return s(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "picture", role: "img", "aria-label": alt },
    s("line", { class: "grid", x1: 0, x2: WIDTH, y1: atY(0), y2: atY(0) }),
    s("line", { class: "grid", x1: atX(0), x2: atX(0), y1: 0, y2: HEIGHT }),
    s("path", { class: "jumps", d: jumps.map((x) => `M${atX(x).toFixed(1)} 0V${HEIGHT}`).join("") }),
    s("path", { class: "target", d: dense.map((x, i) => `${i === 0 ? "M" : "L"}${place(x, curve!(x))}`).join("") }),
    s("path", { class: name === "ReLU" ? "net relu" : "net kwta", d: pieces.join("") }),
    ...Array.from(points, (x, i) => s("circle", { class: "point", cx: atX(x), cy: atY(targets[i]!), r: 5 })),
  );
}

/** A path for each piece: it ends where other units win, and the next one begins there. ReLU's pieces meet. */
function piecesOf(xs: readonly number[], { scores, changes }: NetPicture): string[] {
  const starts = new Set(changes.map((i) => i + 1));
  return xs.map((x, i) => {
    const joined = i > 0 && (!starts.has(i) || Math.abs(scores[i]! - scores[i - 1]!) < 0.012);
    return `${joined ? "L" : "M"}${place(x, scores[i]!)}`;
  });
}

function place(x: number, y: number): string {
  // Far outside of the picture, numbers only lengthen the path.
  return `${atX(x).toFixed(1)} ${atY(Math.max(-4, Math.min(4, y))).toFixed(1)}`;
}

function atX(x: number): number {
  return (WIDTH * (x + REACH)) / (2 * REACH);
}

function atY(y: number): number {
  return (HEIGHT * (HIGHEST - y)) / (2 * HIGHEST);
}
