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
  /** Stands at its right end. */
  readonly label?: string;
}

/** An axis: what it reaches, and where numbers stand. */
export interface Axis {
  readonly label: string;
  readonly domain: readonly [low: number, high: number];
  readonly ticks: readonly (readonly [value: number, text: string])[];
}

/** The size of a chart, in the units of its texts: a narrow one has texts as large as a wide one. */
export interface ChartSize {
  readonly width?: number;
  readonly height?: number;
}

const LEFT = 58;
const TOP = 34;
const BOTTOM = 42;

/** Lines over two axes. `alt` says in words what they show. */
export function chart(
  lines: readonly Line[],
  x: Axis,
  y: Axis,
  alt: string,
  { width = 640, height = 300 }: ChartSize = {},
): SVGSVGElement {
  // Room for the labels, by about how wide a letter is.
  const right = width - 14 - 9 * Math.max(0, ...lines.map(({ label = "" }) => label.length));
  const atX = (value: number): number => LEFT + ((right - LEFT) * (value - x.domain[0])) / (x.domain[1] - x.domain[0]);
  const atY = (value: number): number => {
    const share = (value - y.domain[0]) / (y.domain[1] - y.domain[0]);
    return height - BOTTOM - (height - TOP - BOTTOM) * Math.max(0, Math.min(1, share));
  };
  return s(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": alt },
    ...y.ticks.flatMap(([value, text]) => [
      s("line", { class: "grid", x1: LEFT, x2: right, y1: atY(value), y2: atY(value) }),
      s("text", { class: "tick", x: LEFT - 8, y: atY(value) + 4, "text-anchor": "end" }, text),
    ]),
    ...x.ticks.map(([value, text]) =>
      s("text", { class: "tick", x: atX(value), y: height - BOTTOM + 18, "text-anchor": "middle" }, text),
    ),
    s("text", { class: "axis", x: (LEFT + right) / 2, y: height - 4, "text-anchor": "middle" }, x.label),
    s("text", { class: "axis", x: 0, y: 12 }, y.label),
    ...lines.flatMap((line) => draw(line, atX, atY)),
    ...labels(lines, atX, atY),
  );
}

/** Of a label's height: two of them stand at least so far apart. */
const LABEL_GAP = 13;

/** The labels at the ends of the lines, pushed apart where lines end side by side. */
function labels(lines: readonly Line[], atX: (x: number) => number, atY: (y: number) => number): SVGElement[] {
  const ends = lines
    .filter(({ label, points }) => label !== undefined && points.length > 0)
    .map(({ label, style, points }) => ({ label: label!, style, x: atX(points.at(-1)![0]), y: atY(points.at(-1)![1]) }))
    .sort((a, b) => a.y - b.y);
  const places = apart(
    ends.map(({ y }) => y),
    LABEL_GAP,
  );
  return ends.map(({ label, style, x }, i) =>
    s("text", { class: `label ${style}`, x: x + 6, y: places[i]! + 4.5 }, label),
  );
}

/** Ascending places, at least `gap` apart: neighbours that are too near are spread about their middle. */
function apart(places: readonly number[], gap: number): number[] {
  const groups: { sum: number; count: number }[] = [];
  const first = ({ sum, count }: { sum: number; count: number }): number => sum / count - (gap * (count - 1)) / 2;
  for (const place of places) {
    let group = { sum: place, count: 1 };
    for (let last = groups.at(-1); last && first(last) + gap * last.count > first(group); last = groups.at(-1)) {
      group = { sum: last.sum + group.sum, count: last.count + group.count };
      groups.pop();
    }
    groups.push(group);
  }
  return groups.flatMap((group) => Array.from({ length: group.count }, (_, i) => first(group) + gap * i));
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
