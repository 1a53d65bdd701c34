import { lineChart } from "../charts/line-chart.ts";
import type { LineChartData } from "../charts/line-chart-data.ts";
import { renderSvg } from "../charts/render-svg.ts";
import type { Picture } from "../svg/picture.ts";
import type { Panel } from "./panels.ts";

/**
 * A line chart of `height` pixels. In a sheet the lines are named once for all charts, unless the chart names its `own`, above
 * the plot or at their `ends`; alone each chart names its lines.
 */
export function chartPanel(data: LineChartData, height: number, names: LineNames = "sheet"): Panel {
  return async (width, where) => {
    const alone = where === "page";
    // The legend of a chart that stands alone shall not shrink its plot.
    const size = { width: Math.round(width), height: alone && names === "sheet" ? height + 50 : height };
    const spec = lineChart({ ...data, ...size, legend: names === "ends" ? names : names === "own" || alone });
    return measured(await renderSvg(spec));
  };
}

/** Charts beside each other whose plots are of one height, however many lines their titles and legends take. */
export function chartRow(charts: readonly LineChartData[], height: number, names: LineNames = "sheet"): Panel[] {
  return charts.map((chart) => {
    const [beside, alone] = [chartPanel({ ...chart, beside: charts }, height, names), chartPanel(chart, height, names)];
    return (width, where) => (where === "sheet" ? beside : alone)(width, where);
  });
}

/** Who names the lines of a chart: the sheet, the chart itself above its plot, or itself at their ends. */
export type LineNames = "sheet" | "own" | "ends";

/** The size that Vega has written into its picture. */
export function measured(svg: string): Picture {
  const [width, height] = ["width", "height"].map((name) => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(svg)?.[1]));
  return { svg, width: width!, height: height! };
}
