import type { Axes } from "./axes.ts";
import type { Layer } from "./layer.ts";
import type { LineChartData } from "./line-chart-data.ts";
import { markedPoints, type Line } from "./line-series.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The plot itself: axes, and from back to front the data's own window and rules, bands, bars, lines and marks. */
export function plotLayer(axes: Axes, data: LineChartData, lines: readonly Line[], size: Size): Layer {
  const { clip } = axes;
  const x = horizontal(axes, data.x.label, size);
  const y = vertical(axes, size);
  const between = { x, y: { ...y, field: "low" }, y2: { field: "high" } };
  const at = { x, y: { ...y, field: "y" } };
  const part = { field: "part", type: "nominal" };
  const bands = lines.map(({ intervals, color }) => ({
    data: { values: intervals },
    // A band needs some length to be seen.
    ...(intervals.length < 3
      ? { mark: { type: "rule", color, strokeWidth: 2, strokeCap: "butt", opacity: 0.55, clip }, encoding: between }
      : { mark: { type: "area", color, opacity: 0.14, line: false, clip }, encoding: { ...between, detail: part } }),
  }));
  const strokes = lines
    .filter(({ weight }) => weight > 0)
    // What is emphasised stands above the rest.
    .sort((a, b) => a.weight - b.weight)
    .map(({ points, color, dash, weight }) => ({
      data: { values: points },
      mark: { type: "line", color, strokeWidth: weight, strokeDash: dash, strokeJoin: "round", clip },
      encoding: { ...at, detail: part },
    }));
  const marks = lines.flatMap(({ points, color, shape, marks: marked }, i) =>
    marked
      ? {
          data: { values: markedPoints(points, i) },
          mark: { type: "point", color, shape, filled: true, size: 52, opacity: 1, clip },
          encoding: at,
        }
      : [],
  );
  // Without any line there are still axes.
  const empty = { data: { values: [] }, mark: "line", encoding: at };
  return { layer: [empty, ...guides(data, x, clip), ...bands, ...strokes, ...marks] };
}

/** The shaded window and the vertical rules behind the lines, over the whole height. */
function guides({ window, rules = [] }: LineChartData, x: Layer, clip: boolean): Layer[] {
  const shade = { type: "rect", clip, opacity: 0.09 };
  const rule = { type: "rule", clip, opacity: 0.45, strokeWidth: 1, strokeDash: [3, 3] };
  const values = window === undefined ? [] : [{ x: window[0], to: window[1] }];
  return [
    ...(window === undefined ? [] : [{ data: { values }, mark: shade, encoding: { x, x2: { field: "to" } } }]),
    ...(rules.length === 0 ? [] : [{ data: { values: rules.map((at) => ({ x: at })) }, mark: rule, encoding: { x } }]),
  ];
}

function horizontal({ x }: Axes, title: string, size: Size): Layer {
  return {
    field: "x",
    type: "quantitative",
    scale: x.log ? { type: "log", domain: x.domain, nice: false } : { domain: x.domain, zero: false, nice: x.nice },
    axis: {
      title,
      grid: false,
      // With a count, every second one of given ticks may go.
      ...(x.ticks === undefined
        ? { tickCount: Math.round(size.width / 70) }
        : { values: x.ticks, labelOverlap: "greedy" }),
      ...numbers(x.format),
    },
  };
}

/** The field is left open: a line, or the ends of an interval. */
function vertical({ y }: Axes, size: Size): Layer {
  return {
    type: "quantitative",
    scale: { domain: y.domain, zero: false, nice: y.nice },
    axis: {
      title: null,
      domain: false,
      ticks: false,
      tickCount: Math.round(size.height / 45),
      ...numbers(y.format),
    },
  };
}

/** Zero stays "0" where other numbers are written as 10k or 1e-6. */
function numbers(format: string | undefined): Layer {
  if (format === undefined) return {};
  return /[se]$/.test(format) ? { format, labelExpr: "datum.value === 0 ? '0' : datum.label" } : { format };
}
