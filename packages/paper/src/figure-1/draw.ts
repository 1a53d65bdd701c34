import {
  chartPanel,
  legendPanel,
  palette,
  panelLetter as letter,
  type LinePoint,
  type LineSeries,
  type Panel,
  type Panels,
} from "@kwta/viz";
import type { Curve, Figure1Data, FittedNet } from "./data.ts";

const colors = { target: palette[2]!, points: "#d0342c", net: palette[0]! };

/** What each network fits to points of a function, and the same enlarged. */
export function draw(data: Figure1Data): Panels {
  const { from, to } = data.detail;
  const whole = data.nets.map((net, i) => panel(data, net, `${letter(i)} ${net.label}`, null));
  const enlarged = data.nets.map((net, i) =>
    panel(data, net, `${letter(data.nets.length + i)} ${net.label}, enlarged`, [from, to]),
  );
  return {
    caption:
      "What networks of one variable fit to a few points (red) of a smooth function (green dots). The blue line is broken where the activation pattern changes. The grey stretch is enlarged below; dashed verticals mark its jumps.",
    legend: legendPanel(lines(data, { name: "", label: "network", pieces: [] }, [0, 0])),
    rows: [whole, enlarged],
    width: data.nets.length > 1 ? 960 : 560,
    tables: [
      {
        caption: "The points, and into how many pieces each network cuts the line.",
        columns: ["x of the points", ...data.points.x.map((x) => String(short(x)))],
        rows: [
          ["y", ...data.points.y.map(short)],
          ...data.nets.map(({ label, pieces }) => [
            `${label}: ${pieces.length} ${pieces.length === 1 ? "piece" : "pieces"}`,
            ...data.points.x.map((x) => valueAt(pieces, x)),
          ]),
        ],
      },
    ],
  };
}

function panel(data: Figure1Data, net: FittedNet, title: string, detail: readonly [number, number] | null): Panel {
  const { from, to } = data.detail;
  const xs: readonly [number, number] = [data.x[0]!, data.x.at(-1)!];
  // All panels of a row share their axes; the enlarged ones show all that happens in the stretch.
  const inside = detail === null ? xs : detail;
  const shown = data.nets.flatMap((each) => lines(data, each, inside)).flatMap(({ points }) => points);
  const y = { label: "y", domain: roomAround(shown.flatMap((point) => (point === null ? [] : [point[1]!]))) };
  return chartPanel(
    {
      title,
      x: { label: "x", domain: detail ?? xs },
      y,
      series: lines(data, net, inside),
      ...(detail === null ? { window: [from, to] as const } : { rules: jumps(net.pieces, from, to) }),
    },
    330,
  );
}

/** What lies outside the stretch is cut off: renderers stumble over long lines that are far outside of a clip. */
function lines(data: Figure1Data, net: FittedNet, inside: readonly [number, number]): LineSeries[] {
  const drawn = net.pieces.flatMap((piece): (LinePoint | null)[] => [...cut(piece, inside), null]);
  return [
    { name: "points", points: pairs(data.points, inside), weight: 0, color: colors.points },
    {
      name: "function",
      points: cut({ x: data.x, y: data.target }, inside),
      dashed: "dots",
      color: colors.target,
      marks: false,
    },
    { name: net.label, points: drawn, color: colors.net, marks: false },
  ];
}

function pairs({ x, y }: Curve, [from, to]: readonly [number, number]): LinePoint[] {
  return x.flatMap((at, i): LinePoint[] => (at >= from && at <= to ? [[at, y[i]!]] : []));
}

/** The line inside the stretch, with where it enters and leaves. */
function cut({ x, y }: Curve, [from, to]: readonly [number, number]): LinePoint[] {
  return x.flatMap((at, i): LinePoint[] => {
    const [before, height] = [x[i - 1] ?? at, y[i]!];
    const edges = [from, to].filter((edge) => before < edge && edge < at);
    const between = edges.map((edge): LinePoint => {
      const share = (edge - before) / (at - before);
      return [edge, y[i - 1]! + (height - y[i - 1]!) * share];
    });
    return at >= from && at <= to ? [...between, [at, height]] : between;
  });
}

function roomAround(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (high - low || 1);
  return [low - room, high + room];
}

/** Middles of the gaps between pieces; of several that a picture cannot tell apart, the first. */
function jumps(pieces: readonly Curve[], from: number, to: number): number[] {
  const inside = pieces
    .slice(1)
    .map(({ x }, i) => (pieces[i]!.x.at(-1)! + x[0]!) / 2)
    .filter((x) => x > from && x < to);
  return inside.filter((x, i) => i === 0 || x - inside[i - 1]! > 0.005 * (to - from));
}

/** What the network says at x: the nearest point that was computed. */
function valueAt(pieces: readonly Curve[], x: number): number | null {
  let [best, distance]: [number | null, number] = [null, Infinity];
  for (const piece of pieces) {
    for (const [i, at] of piece.x.entries()) {
      if (Math.abs(at - x) >= distance) continue;
      distance = Math.abs(at - x);
      best = short(piece.y[i]!);
    }
  }
  return best;
}

function short(value: number): number {
  return Number(value.toPrecision(3));
}
