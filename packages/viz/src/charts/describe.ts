import type { Line, Point } from "./line-series.ts";
import type { LineChartData } from "./line-chart-data.ts";

/** The chart in words, for those who cannot see it: what is drawn over what, where each line begins and ends. */
export function describe(data: LineChartData, lines: readonly Line[]): string {
  const { title, x, y } = data;
  const value = (number: number): string =>
    y.percent === true ? `${Number((100 * number).toPrecision(3))} %` : String(Number(number.toPrecision(3)));
  const at = (point: Point): string => `${value(point.y)} at ${point.x}`;
  const sentences = lines.map(({ name, points }) => {
    if (points.length === 0) return `${name}: no data.`;
    if (points.length === 1) return `${name}: ${at(points[0]!)}.`;
    return `${name}: from ${at(points[0]!)} to ${at(points.at(-1)!)}.`;
  });
  return [`${title}. Line chart, ${y.label} over ${x.label}.`, ...sentences].join(" ");
}
