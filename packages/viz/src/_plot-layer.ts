import type { Axes } from "./_axes.ts";
import type { Layer } from "./_layer.ts";
import { markedPoints, type Line } from "./line-series.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The plot itself: axes, and from back to front bands, bars, lines and marks. */
export function plotLayer(axes: Axes, title: string, lines: readonly Line[], size: Size): Layer {
  const { clip } = axes;
  const x = horizontal(axes, title, size);
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
  const strokes = lines.map(({ points, color, dash }) => ({
    data: { values: points },
    mark: { type: "line", color, strokeWidth: 2, strokeDash: dash, strokeJoin: "round", clip },
    encoding: { ...at, detail: part },
  }));
  const marks = lines.map(({ points, color, shape }, i) => ({
    data: { values: markedPoints(points, i) },
    mark: { type: "point", color, shape, filled: true, size: 52, opacity: 1, clip },
    encoding: at,
  }));
  // Without any line there are still axes.
  const empty = { data: { values: [] }, mark: "line", encoding: at };
  return { layer: [empty, ...bands, ...strokes, ...marks] };
}

function horizontal({ x }: Axes, title: string, size: Size): Layer {
  return {
    field: "x",
    type: "quantitative",
    scale: { domain: x.domain, zero: false, nice: x.nice },
    axis: {
      title,
      grid: false,
      tickCount: Math.round(size.width / 70),
      ...(x.ticks === undefined ? {} : { values: x.ticks }),
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
