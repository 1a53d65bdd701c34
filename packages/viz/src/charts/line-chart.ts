import type { TopLevelSpec } from "vega-lite";
import { chartAxes, type Axes } from "./axes.ts";
import { chartConfig } from "./chart-config.ts";
import { describe } from "./describe.ts";
import { endLabels, endRoom } from "./end-labels.ts";
import { headingLayers, headings } from "./headings.ts";
import { textLayer, type Layer } from "./layer.ts";
import { legendLayers, legendPlaces } from "./legend.ts";
import { plotLayer } from "./plot-layer.ts";
import { toLine, type Line } from "./line-series.ts";
import { palette } from "./palette.ts";
import type { LineChartData } from "./line-chart-data.ts";

/** Pixels around the plot; `label` is the room of the vertical axis' label below the legend. */
const space = { left: 46, bottom: 48, label: 36 };
const smallestPlot = 140;

const themes = {
  page: { background: null, ink: "currentColor", margin: 0 },
  light: { background: "#ffffff", ink: "#1c2127", margin: 14 },
  dark: { background: "#14171b", ink: "#e4e7ea", margin: 14 },
};

/**
 * Turns data into a Vega-Lite specification: plain JSON that can be stored, changed, and drawn by {@link renderSvg} or
 * any Vega viewer. Lines differ by colour, mark and dash. Points with an interval get a band, or bars where fewer than
 * three have one. Points that are not finite break the line, and a note says how many they are.
 *
 * @throws TypeError when the size or a domain cannot be drawn
 */
export function lineChart(data: LineChartData): TopLevelSpec {
  const { width = 500, height = 360, theme = "page", legend: named = true } = data;
  checkSize(width, height);
  const lines = linesOf(data);
  const { background, ink, margin } = themes[theme];
  const inner = width - 2 * margin;
  const head = headings(data, lines, inner);
  const above = named === true ? lines : [];
  const legend = legendPlaces(above, inner);
  const beside = (data.beside ?? []).map((chart) => roomAbove(chart, named === true, inner));
  const axes = chartAxes(data.x, data.y, lines, inner);
  const right = named === "ends" ? endRoom(lines) : axes.right;
  const legendTop = legend.height + (above.length > 0 ? space.label : space.label - 8);
  const headTop = Math.max(legendTop + head.height, ...beside);
  const plot = {
    width: inner - space.left - right,
    height: Math.max(smallestPlot, height - headTop - space.bottom - 2 * margin),
  };
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: describe(data, lines),
    background,
    ...plot,
    // Every size is stated, so the layout does not depend on how a machine measures text.
    autosize: "none",
    padding: {
      left: space.left + margin,
      top: headTop + margin,
      right: right + margin,
      bottom: space.bottom + margin,
    },
    layer: [
      plotLayer(named === "ends" ? exactly(axes) : axes, data, lines, plot),
      ...headingLayers(head.blocks, -space.left, headTop),
      ...legendLayers(above, legend, -space.left, legendTop),
      textLayer(data.y.label, -space.left, -12, { baseline: "bottom", fontSize: 13 }),
      ...(named === "ends" ? endLabels(lines, axes.y.domain, plot) : []),
      ...emptyNote(lines, plot),
    ],
    config: chartConfig(ink),
  };
  // The type of a specification is a union too large to be checked part by part.
  return spec as unknown as TopLevelSpec;
}

function linesOf({ series }: Pick<LineChartData, "series">): Line[] {
  return series.map((one, i) => toLine(one, i, palette));
}

/** What headings, legend and the label of the vertical axis take. */
function roomAbove(chart: NonNullable<LineChartData["beside"]>[number], named: boolean, inner: number): number {
  const lines = linesOf(chart);
  const legend = named && lines.length > 0 ? legendPlaces(lines, inner).height + space.label : space.label - 8;
  return legend + headings(chart, lines, inner).height;
}

/** Labels at the ends of lines stand at places that are computed here, so the domain must not grow. */
function exactly(axes: Axes): Axes {
  return { ...axes, y: { ...axes.y, nice: false } };
}

function emptyNote(lines: readonly Line[], { width, height }: { width: number; height: number }): Layer[] {
  if (lines.some((line) => line.points.length > 0)) return [];
  return [textLayer("No data to show", width / 2, height / 2, { align: "center", fontSize: 13 })];
}

function checkSize(width: number, height: number): void {
  if (width >= 240 && height >= 160 && width <= 1e4 && height <= 1e4) return;
  throw new TypeError(`A chart of ${width} x ${height} pixels cannot be drawn. Expected 240 x 160 to 10000 x 10000.`);
}
