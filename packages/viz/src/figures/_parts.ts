import { lineChart, type LineChartData } from "../line-chart.ts";
import { renderSvg } from "../render-svg.ts";
import type { Picture } from "../_svg.ts";
import type { TableData } from "../table-data.ts";

/** A panel of a figure, drawn `width` pixels wide: in one sheet with its neighbours, or alone in a page. */
export type Part = (width: number, where: "sheet" | "page") => Picture | Promise<Picture>;

/** A figure taken apart, so that a sheet and a page can each arrange it. */
export interface FigureParts {
  /** What one sees, in plain words. */
  readonly caption: string;
  /** The meaning of lines or colours of all panels. */
  readonly legend?: Part;
  /** Whether panels that stand alone need the legend too. */
  readonly legendInPage?: boolean;
  /** Panels from left to right; `null` leaves a place empty. */
  readonly rows: readonly (readonly (Part | null)[])[];
  /** Width of the sheet in pixels. */
  readonly width: number;
  /**
   * Width of a panel in a page, which shrinks it to a phone or enlarges it a little.
   *
   * @defaultValue `500`
   */
  readonly pageWidth?: number;
  /** The numbers behind the panels. */
  readonly tables: readonly TableData[];
}

/**
 * A line chart of `height` pixels. In a sheet the lines are named once for all charts, unless the chart names its `own`;
 * alone each chart names its lines.
 */
export function chartPart(data: LineChartData, height: number, own = false): Part {
  return async (width, where) => {
    const alone = where === "page";
    // The legend of a chart that stands alone shall not shrink its plot.
    const size = { width: Math.round(width), height: alone && !own ? height + 50 : height };
    const spec = lineChart({ ...data, ...size, legend: own || alone });
    return measured(await renderSvg(spec));
  };
}

/** The size that Vega has written into its picture. */
export function measured(svg: string): Picture {
  const [width, height] = ["width", "height"].map((name) => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(svg)?.[1]));
  return { svg, width: width!, height: height! };
}

/** Whether a radius is meant in levels of an image, such as 8/255, and not as a short decimal number, such as 0.2. */
export function isInLevels(eps: number): boolean {
  const levels = Math.round(eps * 255);
  const short = Math.abs(eps - Number(eps.toFixed(3))) < 1e-9;
  return !short && levels > 0 && Math.abs(eps * 255 - levels) < 1e-3;
}

/** A radius as one writes it: 8/255, 0.2, else three digits. */
export function epsText(eps: number): string {
  return isInLevels(eps) ? `${Math.round(eps * 255)}/255` : String(Number(eps.toPrecision(3)));
}

/** (a), (b), ... */
export function letter(index: number): string {
  return `(${String.fromCharCode(97 + (index % 26))})`;
}
