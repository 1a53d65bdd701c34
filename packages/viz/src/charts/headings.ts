import { textLayer, type Layer } from "./layer.ts";
import type { Line } from "./line-series.ts";
import { wrapText } from "../text/text-width.ts";
import type { LineChartData } from "./line-chart-data.ts";

interface Block {
  readonly lines: readonly string[];
  readonly fontSize: number;
  readonly fontWeight: number;
  readonly lineHeight: number;
  readonly opacity: number;
}

/** Title, subtitle and notes, wrapped to `width` pixels. */
export function headings(
  data: Pick<LineChartData, "title" | "subtitle">,
  lines: readonly Line[],
  width: number,
): { blocks: Block[]; height: number } {
  const skipped = lines.reduce((sum, line) => sum + line.skipped, 0);
  const note =
    skipped === 0
      ? ""
      : skipped === 1
        ? "1 point is not finite and left out."
        : `${skipped} points are not finite and left out.`;
  const subtitle = [data.subtitle ?? "", note].flatMap((text) => wrapText(text, width, 13));
  const blocks = [
    // Bold letters are about an eighth wider.
    { lines: wrapText(data.title, width / 1.12, 16), fontSize: 16, fontWeight: 600, lineHeight: 22, opacity: 1 },
    { lines: subtitle, fontSize: 13, fontWeight: 400, lineHeight: 18, opacity: 0.72 },
  ].filter((block) => block.lines.length > 0);
  return { blocks, height: blocks.reduce((sum, block) => sum + block.lines.length * block.lineHeight + 4, 0) };
}

/** The same as layers at fixed pixels, from `top` pixels above the plot downwards. */
export function headingLayers(blocks: readonly Block[], left: number, top: number): Layer[] {
  let y = -top;
  return blocks.map(({ lines, lineHeight, ...look }) => {
    const layer = textLayer(lines, left, y, { ...look, lineHeight, baseline: "top" });
    y += lines.length * lineHeight + 4;
    return layer;
  });
}
