import { expect, test } from "vitest";
import {
  drawSheet,
  lineChart,
  chartPanel,
  chartRow,
  PRINT_WIDTHS,
  renderSvg,
  svgToPdf,
  type Panels,
} from "../src/index.node.ts";

const series = Array.from({ length: 10 }, (_, c) => ({
  name: `class ${c}`,
  marks: false,
  points: [
    [0, c],
    [1, 3 + c / 1000],
  ] as const,
}));
const chart = { title: "Ten lines", x: { label: "x" }, y: { label: "y" }, series };
const panels: Panels = {
  caption: "Three charts.",
  rows: [[chartPanel(chart, 300, "ends"), chartPanel(chart, 300, "ends"), chartPanel(chart, 300, "ends")]],
  width: 1200,
  tables: [],
};

test.each(Object.entries(PRINT_WIDTHS))(
  "%s: points, no heading, no text below 6 points",
  async (name, { points, pixels }) => {
    const { svg } = await drawSheet("Heading", panels, { print: name as keyof typeof PRINT_WIDTHS });
    expect(svg).toMatch(new RegExp(`^<svg [^>]*width="${points}pt" height="[\\d.]+pt" viewBox="0 0 ${pixels} `));
    expect(svg).not.toContain(">Heading<");
    const sizes = [...svg.matchAll(/font-size="([\d.]+)(?:px)?"/g)].map((match) => Number(match[1]));
    expect(sizes.length).toBeGreaterThan(30);
    expect((Math.min(...sizes) * points) / pixels).toBeGreaterThanOrEqual(6);
    const pdf = Buffer.from(await svgToPdf(svg)).toString("latin1");
    expect(pdf.slice(0, 5)).toBe("%PDF-");
    expect(pdf).toMatch(new RegExp(`/MediaBox \\[0 0 ${points} [\\d.]+\\]`));
    // Text as text, in a font that travels along.
    expect(pdf).toMatch(/\/FontFile2/);
    expect(Buffer.from(await svgToPdf(svg)).equals(Buffer.from(pdf, "latin1"))).toBe(true);
  },
);

test("charts in a row have plots of one height, whatever their titles and legends take; alone each takes its own", async () => {
  const charts = [
    { ...chart, title: "A title that is too long for one line of so narrow a chart" },
    { ...chart, title: "Short", series: series.slice(0, 1) },
  ];
  const heights = async (where: "sheet" | "sheet row" | "page"): Promise<number[]> =>
    Promise.all(
      chartRow(charts, 400, "own").map(async (panel) => {
        const { svg } = await panel(300, where);
        return Number(/class="background"[^>]* d="M0(?:\.5)?,0(?:\.5)?h[\d.]+v([\d.]+)/.exec(svg)![1]);
      }),
    );
  const [long, short] = await heights("sheet");
  expect(long).toBe(short);
  const [longAlone, shortAlone] = await heights("page");
  expect(await heights("sheet row")).toEqual([longAlone, shortAlone]);
  expect([longAlone, shortAlone! > longAlone!]).toEqual([long, true]);
});

test("names at the ends of lines that meet stand apart, in the order of the lines, inside the picture", async () => {
  const svg = await renderSvg(lineChart({ ...chart, legend: "ends", width: 400, height: 300 }));
  const places = series.map(({ name }) => {
    const found = new RegExp(`translate\\(([\\d.]+),([\\d.]+)\\)"[^>]*>${name}<`).exec(svg);
    return { x: Number(found![1]), y: Number(found![2]) };
  });
  const ys = places.map(({ y }) => y);
  for (let i = 1; i < ys.length; i++) expect(ys[i - 1]! - ys[i]!).toBeGreaterThanOrEqual(12.9);
  expect(places.every(({ x }) => x < 400 - 40)).toBe(true);
  expect(Math.max(...ys) < 300 && Math.min(...ys) > 0).toBe(true);
});

test.each([
  ["<svg></svg>", /this SVG has no width/],
  ["<p>text</p>", /it has no <svg>/],
  ['<svg width="9" height="9"><g></svg>', /<\/svg> ends nothing/],
  ['<svg width="9" height="9"><ellipse/></svg>', /<ellipse> cannot be drawn as PDF\. What can be: svg, g, path,/],
  ['<svg width="9" height="9"><g transform="skewX(9)"/></svg>', /The transform skewX cannot be drawn/],
])("%s is refused", async (svg, message) => {
  await expect(svgToPdf(svg)).rejects.toThrow(message);
});
