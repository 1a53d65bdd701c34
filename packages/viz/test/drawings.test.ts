import { expect, test } from "vitest";
import {
  chartPanel,
  colorBar,
  drawSheet,
  heatMap,
  heightRange,
  legendPanel,
  lineChart,
  panelBlocks,
  panelLetter,
  picture,
  renderSvg,
  surfacePlot,
  textAt,
  type LabelledSurface,
  type LineChartData,
  type Panels,
} from "../src/index.ts";
import { accuracyTable, epsChart } from "./sample.ts";
import { expectWellFormed } from "./well-formed.ts";

/** Bands, colours, dashes and marks are those of {@link epsChart}. */
const charts: Readonly<Record<string, LineChartData>> = {
  "line-chart": epsChart,
  // A window, rules, a line that is broken by null, one of marks alone, bars for a few points.
  "line-chart-log": {
    title: "Over a ratio",
    x: { label: "γ", log: true },
    y: { label: "share", percent: true, domain: [0, 1] },
    window: [0.02, 0.1],
    rules: [0.05, 0.2],
    series: [
      { name: "broken", points: [[0.01, 0.1], [0.1, 0.2], null, [0.2, 0.6], [0.5, 1.2]], marks: false },
      {
        name: "marks",
        weight: 0,
        points: [
          [0.01, 0.5],
          [0.5, 0.4],
        ],
      },
      {
        name: "bars",
        dashed: "dots",
        points: [
          [0.02, 0.7, 0.6, 0.8],
          [0.3, 0.3, 0.2, 0.5],
        ],
      },
    ],
  },
  "line-chart-empty": {
    title: "Nothing",
    x: { label: "x" },
    y: { label: "y" },
    series: [{ name: "a", points: [[0, NaN]] }],
  },
};

const places = [-0.2, -0.1, 0, 0.1, 0.2];
const surface: LabelledSurface = {
  label: "A hill with a hole.",
  x: places,
  y: places,
  z: places.map((y) => places.map((x) => (x === 0.1 && y === 0.1 ? null : 3 * Math.exp(-20 * (x * x + y * y))))),
  axes: {
    x: { name: "first direction", short: "first" },
    y: { name: "second direction", short: "second" },
    z: { name: "height" },
  },
};

const box = (label: string): string => picture(120, 40, label, textAt(label, 60, 24, { anchor: "middle" })).svg;

const panels: Panels = {
  caption: "Two charts and a box.",
  legend: legendPanel(epsChart.series.slice(0, 2)),
  legendInPage: true,
  rows: [
    [0, 1].map((i) =>
      chartPanel({ ...epsChart, title: `${panelLetter(i)} chart`, series: epsChart.series.slice(i, i + 1) }, 220),
    ),
    [() => ({ svg: box("a box"), width: 120, height: 40 }), null],
  ],
  width: 640,
  tables: [accuracyTable],
};

const drawings: Readonly<Record<string, () => string | Promise<string>>> = {
  ...Object.fromEntries(Object.entries(charts).map(([name, data]) => [name, () => renderSvg(lineChart(data))])),
  "surface-plot": () => surfacePlot(surface, [0, 3], 420).svg,
  "surface-plot-narrow": () => surfacePlot(surface, [0, 3], 220).svg,
  "heat-map": () => heatMap(surface, [0, 3], 260).svg,
  "color-bar": () => colorBar("height", [0, 3], 360).svg,
  legend: async () => (await legendPanel(epsChart.series)(360, "sheet")).svg,
  sheet: async () => (await drawSheet("A sheet of three pictures with a title that needs two lines", panels)).svg,
};

test.each(Object.entries(drawings))("%s is drawn as it was, to the byte", async (name, draw) => {
  const svg = await draw();
  expectWellFormed(svg);
  await expect(`${svg}\n`).toMatchFileSnapshot(`drawings/${name}.svg`);
});

test("alone in a page each panel stands for itself, below the legend", async () => {
  const blocks = await panelBlocks(panels);
  expect(blocks.map((block) => Object.keys(block))).toEqual([["html"], ["svg"], ["svg"], ["svg"]]);
  const small = await panelBlocks({ ...panels, rows: panels.rows.slice(1), legendInPage: false, pageWidth: 160 });
  expect(small).toEqual([{ html: expect.stringMatching(/^<div class="small"><svg /) }]);
});

test("the range of heights is told, and what is not finite is counted", () => {
  expect(heightRange(surface)).toBe("0.61 and 3.00, 1 not finite");
  expect(heightRange({ z: [[null]] })).toBe("no finite value");
});
