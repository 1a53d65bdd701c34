import { expect, test } from "vitest";
import { compile } from "vega-lite";
import { lineChart, palette, renderSvg, type LineChartData, type LineSeries } from "../src/index.ts";
import { accuracyChart, epsChart, lossChart } from "./sample.ts";
import { expectWellFormed } from "./well-formed.ts";

const axes = { x: { label: "step" }, y: { label: "loss" } };
const draw = (series: readonly LineSeries[], more: Partial<LineChartData> = {}): Promise<string> =>
  renderSvg(lineChart({ title: "A chart", ...axes, series, ...more }));
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

test("the same data gives the same bytes, also when many charts are drawn at once", async () => {
  const clipped = { ...lossChart, y: { label: "loss", domain: [0, 1] as const } };
  const charts = [epsChart, lossChart, accuracyChart, clipped];
  const alone: string[] = [];
  for (const chart of charts) alone.push(await renderSvg(lineChart(chart)));
  const order = [3, 1, 0, 2];
  const together = await Promise.all(order.map((i) => renderSvg(lineChart(charts[i]!))));
  expect(together).toEqual(order.map((i) => alone[i]));
});

test("a specification is plain JSON that Vega-Lite takes without a warning", () => {
  for (const chart of [epsChart, lossChart, accuracyChart, { title: "Empty", ...axes, series: [] }]) {
    const spec = lineChart(chart);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    const said: unknown[] = [];
    const say = (...words: readonly unknown[]): typeof logger => (said.push(words), logger);
    const logger = { level: () => logger, error: say, warn: say, info: () => logger, debug: () => logger } as never;
    compile(spec, { logger });
    expect(said).toEqual([]);
  }
});

test("the size is the size asked for, whatever the texts", async () => {
  const svg = await draw([{ name: "a".repeat(90), points: [[0, 1e7]] }], {
    title: "word ".repeat(40),
    width: 400,
    height: 400,
  });
  expect(svg).toContain(`width="400" height="400" viewBox="0 0 400 400"`);
});

test("numbers are rounded to two decimals, also inside paths", async () => {
  const svg = await renderSvg(lineChart(lossChart));
  expect(count(svg.replace(/ aria-label="[^"]*"/, ""), /[ ,(]-?\d+\.\d{3,}/g)).toBe(0);
});

test("a description tells what is drawn", async () => {
  const svg = await draw([
    {
      name: "a",
      points: [
        [0, 2.3],
        [10, 0.4],
      ],
    },
    { name: "b", points: [] },
  ]);
  expect(svg).toContain(
    `role="img" aria-label="A chart. Line chart, loss over step. a: from 2.3 at 0 to 0.4 at 10. b: no data."`,
  );
});

test("points that are not finite break the line and are counted", async () => {
  const broken = await draw([
    {
      name: "a",
      points: [
        [0, 1],
        [1, 2],
        [2, NaN],
        [3, Infinity],
        [4, 1],
        [5, 2],
      ],
    },
  ]);
  expect(broken).toContain("2 points are not finite and left out.");
  expect(broken).not.toMatch(/NaN|Infinity/);
  const whole = await draw([
    {
      name: "a",
      points: [
        [0, 1],
        [1, 2],
        [4, 1],
        [5, 2],
      ],
    },
  ]);
  const lines = /stroke-width="2"/g;
  expect(count(broken, lines)).toBe(count(whole, lines) + 1);
});

test("on a logarithmic axis equal ratios take equal lengths", async () => {
  const points = [
    [0.01, 1],
    [0.1, 2],
    [1, 3],
  ] as const;
  const svg = await draw([{ name: "a", points, marks: false, color: "#123456" }], {
    x: { label: "γ", log: true },
    legend: false,
  });
  const [, path] = /<path[^>]*d="([^"]*)"[^>]*stroke="#123456"/.exec(svg)!;
  const xs = [...path!.matchAll(/[ML]([\d.]+)/g)].map((match) => Number(match[1]));
  expect(xs).toHaveLength(3);
  expect(xs[1]! - xs[0]!).toBeCloseTo(xs[2]! - xs[1]!, 1);
  for (const tick of ["0.01", "0.1", "1"]) expect(svg).toContain(`>${tick}</text>`);
  expect(() =>
    lineChart({ title: "", x: { label: "", log: true }, y: axes.y, series: [{ name: "", points: [[0, 1]] }] }),
  ).toThrow(/logarithmic axis cannot begin at 0/);
});

test("without data there is a note instead of a crash", async () => {
  expect(await draw([])).toContain(">No data to show</text>");
  const svg = await draw([{ name: "a", points: [[NaN, 1]] }]);
  expect(svg).toContain(">a (no data)</text>");
  expect(svg).toContain(">No data to show</text>");
});

test("what lies outside the domain is cut off, under ids of its own", async () => {
  const points = [
    [0, 5],
    [1, 0.5],
    [2, 0.2],
  ] as const;
  const ids = (svg: string): string[] => [...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!);
  const first = await draw([{ name: "a", points }], { y: { label: "loss", domain: [0, 1] } });
  const second = await draw([{ name: "a", points }], { y: { label: "loss", domain: [0, 2] } });
  expect(ids(first).length).toBeGreaterThan(0);
  for (const [, id] of first.matchAll(/url\(#([^)]+)\)/g)) expect(ids(first)).toContain(id);
  expect(new Set([...ids(first), ...ids(second)]).size).toBe(ids(first).length + ids(second).length);
});

test("texts cannot become markup", async () => {
  const evil = `</text><script>alert("1")</script> id="x" & $& $1 \u0000\u001b[31m`;
  const svg = await draw([{ name: evil, points: [[0, 1]] }], {
    title: evil,
    subtitle: evil,
    x: { label: evil },
    y: { label: evil },
  });
  expectWellFormed(svg);
  expect(svg).not.toContain("<script");
  expect(svg).toContain("&lt;script");
});

test("what cannot be drawn is refused in one sentence", async () => {
  expect(() => lineChart({ title: "", ...axes, series: [], width: NaN })).toThrow(/NaN x 360 pixels/);
  expect(() => lineChart({ title: "", ...axes, y: { label: "", domain: [1, 1] }, series: [] })).toThrow(/from 1 to 1/);
  const remote = { data: { url: "https://example.org/a.json" }, mark: "point", encoding: {} } as never;
  await expect(renderSvg(remote)).rejects.toThrow(/data must stand in the specification/);
});

test("colours stay apart for colour-blind readers, on light and on dark pages", () => {
  const colors = palette.map(linear);
  for (const color of colors) {
    for (const page of ["#ffffff", "#fdfdfc", "#14171b"]) expect(contrast(color, linear(page))).toBeGreaterThan(3);
  }
  for (const matrix of [protan, deutan, tritan]) {
    const seen = colors.map((color) =>
      lab(matrix.map((row) => clamp(row[0]! * color[0]! + row[1]! * color[1]! + row[2]! * color[2]!))),
    );
    for (const [i, a] of seen.entries()) {
      for (const b of seen.slice(i + 1)) expect(Math.hypot(...a.map((value, k) => value - b[k]!))).toBeGreaterThan(15);
    }
  }
});

// Full loss of one kind of cone, in linear RGB: Machado, Oliveira and Fernandes 2009, table 1, severity 1.
const protan = [
  [0.152286, 1.052583, -0.204868],
  [0.114503, 0.786281, 0.099216],
  [-0.003882, -0.048116, 1.051998],
];
const deutan = [
  [0.367322, 0.860646, -0.227968],
  [0.280085, 0.672501, 0.047413],
  [-0.01182, 0.04294, 0.968881],
];
const tritan = [
  [1.255528, -0.076749, -0.178779],
  [-0.078411, 0.930809, 0.147602],
  [0.004733, 0.691367, 0.3039],
];

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

function linear(hex: string): number[] {
  return [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
}

const luminance = ([r, g, b]: readonly number[]): number => 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;

function contrast(a: readonly number[], b: readonly number[]): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

/** CIE L*a*b* of linear RGB. */
function lab([r, g, b]: readonly number[]): number[] {
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r! + 0.3576 * g! + 0.1805 * b!) / 0.95047);
  const y = f(luminance([r!, g!, b!]));
  const z = f((0.0193 * r! + 0.1192 * g! + 0.9505 * b!) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
