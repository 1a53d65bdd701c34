import { s } from "./dom.ts";

/** A line of a chart. */
export interface Line {
  /** Class of the style sheet: its colour and dashes. */
  readonly style: string;
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Bounds of each point's true value. */
  readonly intervals?: readonly (readonly [low: number, high: number])[];
  /** Marks each point. */
  readonly dots?: boolean;
}

/** An axis: what it reaches, and where numbers stand. */
export interface Axis {
  readonly label: string;
  readonly domain: readonly [low: number, high: number];
  readonly ticks: readonly (readonly [value: number, text: string])[];
}

const WIDTH = 640;
const LEFT = 58;
const RIGHT = 14;
const TOP = 34;
const BOTTOM = 42;

/** Lines over two axes. `alt` says in words what they show. */
export function chart(lines: readonly Line[], x: Axis, y: Axis, alt: string, height = 300): SVGSVGElement {
  const atX = (value: number): number =>
    LEFT + ((WIDTH - LEFT - RIGHT) * (value - x.domain[0])) / (x.domain[1] - x.domain[0]);
  const atY = (value: number): number => {
    const share = (value - y.domain[0]) / (y.domain[1] - y.domain[0]);
    return height - BOTTOM - (height - TOP - BOTTOM) * Math.max(0, Math.min(1, share));
  };
  return s(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${height}`, class: "chart", role: "img", "aria-label": alt },
    ...y.ticks.flatMap(([value, text]) => [
      s("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: atY(value), y2: atY(value) }),
      s("text", { class: "tick", x: LEFT - 8, y: atY(value) + 4, "text-anchor": "end" }, text),
    ]),
    ...x.ticks.map(([value, text]) =>
      s("text", { class: "tick", x: atX(value), y: height - BOTTOM + 18, "text-anchor": "middle" }, text),
    ),
    s("text", { class: "axis", x: (LEFT + WIDTH - RIGHT) / 2, y: height - 4, "text-anchor": "middle" }, x.label),
    s("text", { class: "axis", x: 0, y: 12 }, y.label),
    ...lines.flatMap((line) => draw(line, atX, atY)),
  );
}

function draw(
  { style, points, intervals, dots }: Line,
  atX: (x: number) => number,
  atY: (y: number) => number,
): SVGElement[] {
  const path = points
    .map(([px, py], i) => `${i === 0 ? "M" : "L"}${atX(px).toFixed(1)} ${atY(py).toFixed(1)}`)
    .join("");
  const bars = (intervals ?? []).map(([low, high], i) => {
    const at = atX(points[i]![0]);
    return s("line", { class: `interval ${style}`, x1: at, x2: at, y1: atY(low), y2: atY(high) });
  });
  const marks = dots
    ? points.map(([px, py]) => s("circle", { class: `mark ${style}`, cx: atX(px), cy: atY(py), r: 3.5 }))
    : [];
  return [...bars, s("path", { class: `line ${style}`, d: path }), ...marks];
}
