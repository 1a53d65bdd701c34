import type { TopLevelSpec } from "vega-lite";
import { chartConfig } from "../charts/chart-config.ts";
import { legendLayers, legendPlaces } from "../charts/legend.ts";
import { toLine, type LineSeries } from "../charts/line-series.ts";
import { palette } from "../charts/palette.ts";
import { renderSvg } from "../charts/render-svg.ts";
import { measured } from "./chart-panel.ts";
import type { Panel } from "./panels.ts";

/** The legend of several charts that draw the same lines. */
export function legendPanel(series: readonly LineSeries[]): Panel {
  return async (width) => {
    const lines = series.map((one, i) => toLine({ ...one, points: [[0, 0]] }, i, palette));
    const places = legendPlaces(lines, width);
    const spec = {
      description: `Lines of all panels: ${series.map(({ name }) => name).join(", ")}.`,
      background: null,
      width,
      height: places.height,
      autosize: "none",
      padding: 0,
      layer: legendLayers(lines, places, 0, 0),
      config: chartConfig("currentColor"),
    };
    return measured(await renderSvg(spec as unknown as TopLevelSpec));
  };
}
