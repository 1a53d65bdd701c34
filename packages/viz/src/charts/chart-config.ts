import { fontFamily as font } from "../svg/picture.ts";
import type { Layer } from "./layer.ts";

/** The look of all charts, with texts, axes and grid in the colour `ink`. */
export function chartConfig(ink: string): Layer {
  return {
    aria: false,
    font,
    view: { stroke: null },
    text: { color: ink },
    rect: { color: ink },
    rule: { color: ink },
    axis: {
      labelFont: font,
      titleFont: font,
      labelColor: ink,
      titleColor: ink,
      labelOpacity: 0.8,
      labelFontSize: 13,
      titleFontSize: 13,
      titleFontWeight: 400,
      titlePadding: 10,
      labelPadding: 6,
      domainColor: ink,
      domainOpacity: 0.4,
      tickColor: ink,
      tickOpacity: 0.4,
      tickSize: 4,
      gridColor: ink,
      gridOpacity: 0.13,
      // Which labels overlap depends on the measuring of text, which differs between machines.
      labelOverlap: false,
      labelFlush: false,
    },
  };
}
