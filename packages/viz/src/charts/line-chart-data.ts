import type { LineSeries } from "./line-series.ts";

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
  /** Charts in the same row: all leave the room above their plots that the tallest headings and legend of them need. */
  readonly beside?: readonly Pick<LineChartData, "title" | "subtitle" | "series">[];
  /** A stretch of x that is shaded. */
  readonly window?: readonly [from: number, to: number];
  /** Places of dashed vertical lines. */
  readonly rules?: readonly number[];
  /**
   * Whether the lines are named above the plot, or, with `"ends"`, each at its own right end, where its colour and dash need not be
   * found again.
   *
   * @defaultValue `true`
   */
  readonly legend?: boolean | "ends";
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
