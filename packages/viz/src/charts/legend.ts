import { textLayer, type Layer } from "./layer.ts";
import type { Line } from "./line-series.ts";
import { pixelWidth } from "../text/text-width.ts";

/** Where the entries of a legend stand, in as many rows as are needed. */
export interface LegendPlaces {
  readonly entries: readonly { readonly left: number; readonly row: number }[];
  readonly height: number;
}

const rowHeight = 22;
const sample = 28;
const gap = 6;
const between = 18;

/** Sets the entries in one row of at most `width` pixels if they fit, else in columns of equal width. */
export function legendPlaces(lines: readonly Line[], width: number): LegendPlaces {
  const widths = lines.map((line) => sample + gap + pixelWidth(label(line), 13) + between);
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((sum, w) => sum + w, 0));
  const oneRow = widths.reduce((sum, w) => sum + w, 0) - between <= width;
  const widest = Math.max(1, ...widths);
  const columns = oneRow ? lines.length : Math.max(1, Math.floor((width + between) / widest));
  const entries = lines.map((_, i) => ({
    left: oneRow ? starts[i]! : (i % columns) * widest,
    row: Math.floor(i / columns),
  }));
  return { entries, height: Math.ceil(lines.length / Math.max(1, columns)) * rowHeight };
}

/**
 * The legend at fixed pixels. Vega's own legends show either the dash or the mark of a line; this one draws a piece of
 * each line as it is in the chart.
 */
export function legendLayers(lines: readonly Line[], places: LegendPlaces, left: number, top: number): Layer[] {
  return lines.flatMap((line, i) => {
    const entry = places.entries[i]!;
    const x = left + entry.left;
    const y = -top + (entry.row + 0.5) * rowHeight;
    const { color, dash, shape, weight } = line;
    const data = { values: [{}] };
    const stroke = {
      data,
      mark: { type: "rule", color, strokeWidth: weight, strokeDash: dash },
      encoding: { x: { value: x }, x2: { value: x + sample }, y: { value: y } },
    };
    const mark = {
      data,
      mark: { type: "point", color, shape, filled: true, size: 52, opacity: 1 },
      encoding: { x: { value: x + sample / 2 }, y: { value: y } },
    };
    return [
      ...(weight > 0 ? [stroke] : []),
      ...(line.marks ? [mark] : []),
      textLayer(label(line), x + sample + gap, y, { baseline: "middle", fontSize: 13 }),
    ];
  });
}

function label(line: Line): string {
  return line.points.length === 0 ? `${line.name} (no data)` : line.name;
}
