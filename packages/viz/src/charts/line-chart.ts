import type { TopLevelSpec } from "vega-lite";
import { chartAxes } from "./axes.ts";
import { chartConfig } from "./chart-config.ts";
import { describe } from "./describe.ts";
import { headingLayers, headings } from "./headings.ts";
import { textLayer, type Layer } from "./layer.ts";
import { legendLayers, legendPlaces } from "./legend.ts";
import { plotLayer } from "./plot-layer.ts";
import { toLine, type Line, type LineSeries } from "./line-series.ts";
import { palette } from "./palette.ts";

/** What both axes have in common. */
export interface ChartAxis {
  readonly label: string;
  /** @defaultValue from the smallest to the largest value; a vertical axis starts at 0 where no value is below */
  readonly domain?: readonly [low: number, high: number];
  /**
   * How numbers are written, in the notation of d3-format.
   *
   * @see https://d3js.org/d3-format
   */
  readonly format?: string;
}

/** The axis from left to right. */
export interface HorizontalAxis extends ChartAxis {
  /**
   * Equal ratios take equal lengths. All values must be positive.
   *
   * @defaultValue `false`
   */
  readonly log?: boolean;
}

/** A vertical axis. */
export interface ValueAxis extends ChartAxis {
  /**
   * Values are fractions: written as per cent, on an axis from 0 to 1.
   *
   * @defaultValue `false`
   */
  readonly percent?: boolean;
}

/** A line chart as plain data. */
export interface LineChartData {
  readonly title: string;
  readonly subtitle?: string;
  readonly x: HorizontalAxis;
  readonly y: ValueAxis;
  readonly series: readonly LineSeries[];
  /** A stretch of x that is shaded. */
  readonly window?: readonly [from: number, to: number];
  /** Places of dashed vertical lines. */
  readonly rules?: readonly number[];
  /**
   * Whether the lines are named above the plot.
   *
   * @defaultValue `true`
   */
  readonly legend?: boolean;
  /**
   * Width of the whole picture in pixels.
   *
   * @defaultValue `500`
   */
  readonly width?: number;
  /**
   * Height of the whole picture in pixels. A long legend may add to it.
   *
   * @defaultValue `360`
   */
  readonly height?: number;
  /**
   * `"page"` is transparent, with texts in the text colour of the page around it: for {@link htmlReport}. `"light"` and
   * `"dark"` bring their own ground: for files that stand alone.
   *
   * @defaultValue `"page"`
   */
  readonly theme?: "page" | "light" | "dark";
}

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
  const lines = data.series.map((series, i) => toLine(series, i, palette));
  const { background, ink, margin } = themes[theme];
  const inner = width - 2 * margin;
  const head = headings(data, lines, inner);
  const legend = legendPlaces(named ? lines : [], inner);
  const axes = chartAxes(data.x, data.y, lines, inner);
  const legendTop = legend.height + (named ? space.label : space.label - 8);
  const headTop = legendTop + head.height;
  const plot = {
    width: inner - space.left - axes.right,
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
      right: axes.right + margin,
      bottom: space.bottom + margin,
    },
    layer: [
      plotLayer(axes, data, lines, plot),
      ...headingLayers(head.blocks, -space.left, headTop),
      ...legendLayers(named ? lines : [], legend, -space.left, legendTop),
      textLayer(data.y.label, -space.left, -12, { baseline: "bottom", fontSize: 13 }),
      ...emptyNote(lines, plot),
    ],
    config: chartConfig(ink),
  };
  // The type of a specification is a union too large to be checked part by part.
  return spec as unknown as TopLevelSpec;
}

function emptyNote(lines: readonly Line[], { width, height }: { width: number; height: number }): Layer[] {
  if (lines.some((line) => line.points.length > 0)) return [];
  return [textLayer("No data to show", width / 2, height / 2, { align: "center", fontSize: 13 })];
}

function checkSize(width: number, height: number): void {
  if (width >= 240 && height >= 160 && width <= 1e4 && height <= 1e4) return;
  throw new TypeError(`A chart of ${width} x ${height} pixels cannot be drawn. Expected 240 x 160 to 10000 x 10000.`);
}
