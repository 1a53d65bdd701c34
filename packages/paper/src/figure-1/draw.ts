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
    legend: legendPanel(lines(data, { name: "", label: "network", pieces: [] })),
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
  const ys = [data, ...data.nets.flatMap(({ pieces }) => pieces)]
    .flatMap((curve) => heights("target" in curve ? { x: curve.x, y: curve.target } : curve, inside))
    .concat(heights(data.points, inside));
  const y = { label: "y", domain: roomAround(ys) };
  return chartPanel(
    {
      title,
      x: { label: "x", domain: detail ?? xs },
      y,
      series: lines(data, net),
      ...(detail === null ? { window: [from, to] as const } : { rules: jumps(net.pieces, from, to) }),
    },
    330,
  );
}

function lines(data: Figure1Data, net: FittedNet): LineSeries[] {
  const drawn = net.pieces.flatMap(({ x, y }): (LinePoint | null)[] => [...pairs({ x, y }), null]);
  return [
    { name: "points", points: pairs(data.points), weight: 0, color: colors.points },
    {
      name: "function",
      points: pairs({ x: data.x, y: data.target }),
      dashed: "dots",
      color: colors.target,
      marks: false,
    },
    { name: net.label, points: drawn, color: colors.net, marks: false },
  ];
}

function pairs({ x, y }: Curve): LinePoint[] {
  return x.map((at, i) => [at, y[i]!]);
}

/** Heights of the line inside the stretch, with those where it enters and leaves. */
function heights({ x, y }: Curve, [from, to]: readonly [number, number]): number[] {
  return y.flatMap((height, i) => {
    const crossed = i === 0 ? [] : [from, to].filter((edge) => x[i - 1]! < edge && edge < x[i]!);
    const between = crossed.map(
      (edge) => y[i - 1]! + ((height - y[i - 1]!) * (edge - x[i - 1]!)) / (x[i]! - x[i - 1]!),
    );
    return x[i]! >= from && x[i]! <= to ? [...between, height] : between;
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
