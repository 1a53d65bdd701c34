import { decode } from "fast-png";
import { expect, test } from "vitest";
import { svgToPng } from "../src/index.node.ts";

const svg = (text: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40" fill="#fff"/>` +
  `<text x="4" y="28" font-family="system-ui, 'Segoe UI', sans-serif" font-size="24">${text}</text></svg>`;

test("every letter of a figure is drawn, each in its own shape, with the fonts that came with the renderer alone", async () => {
  const pictures = [];
  for (const letter of "kAγε≤∞→−–×✓✗%9") {
    const png = decode(await svgToPng(svg(letter), { width: 80 }));
    expect([png.width, png.height]).toEqual([80, 80]);
    const dark = png.data.filter((value, i) => i % 4 === 0 && value < 128).length;
    expect(dark).toBeGreaterThan(20);
    pictures.push(png.data.join(","));
  }
  expect(new Set(pictures).size).toBe(pictures.length);
});

test("the same SVG gives the same bytes, and bold is bolder", async () => {
  const [once, twice] = [await svgToPng(svg("B")), await svgToPng(svg("B"))];
  expect(once).toEqual(twice);
  const bold = svg("B").replace("<text", `<text font-weight="600"`);
  const ink = (png: Uint8Array): number => [...decode(png).data].reduce((sum, value) => sum + 255 - value, 0);
  expect(ink(await svgToPng(bold))).toBeGreaterThan(1.2 * ink(once));
});

test("what cannot be drawn is refused in a sentence", async () => {
  await expect(svgToPng("no picture")).rejects.toThrow(/cannot be drawn as SVG/);
  await expect(svgToPng(svg("a"), { width: 0 })).rejects.toThrow("A PNG of width 0 cannot be drawn.");
});
