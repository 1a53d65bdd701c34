import { createHash } from "node:crypto";
import { expect, test, vi } from "vitest";
import { htmlReport, lineChart, renderSvg } from "../src/index.ts";
import { epsChart, sampleReport } from "./sample.ts";
import { expectWellFormed } from "./well-formed.ts";

const loaded = vi.hoisted(() => ({ vega: false }));
vi.mock("vega", async (original) => {
  loaded.vega = true;
  return await original();
});

test("Vega is loaded by the first picture, not by the import", async () => {
  const spec = lineChart(epsChart);
  expect(loaded.vega).toBe(false);
  await renderSvg(spec);
  expect(loaded.vega).toBe(true);
});

test("a report is one well-formed file that needs and allows nothing from outside", async () => {
  const html = await sampleReport();
  expectWellFormed(html);
  const names = new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]);
  const addresses = [...html.matchAll(/https?:\/\/[^"' <]*/g)].map(([address]) => address);
  expect(addresses.filter((address) => !names.has(address))).toEqual([]);
  expect(html).not.toMatch(/<script|<link|@import|url\((?!#)/);
  expect(html).toContain(`http-equiv="Content-Security-Policy" content="default-src 'none';`);
  for (const [, source] of html.matchAll(/ src="([^"]*)"/g)) expect(source).toMatch(/^data:image\/png;base64,/);
  for (const [image] of html.matchAll(/<(img|svg) [^>]*>/g)) expect(image).toMatch(/ (alt|aria-label)="[^"]+"/);
  expect(html).toContain("(prefers-color-scheme: dark)");
  expect(await sampleReport()).toBe(html);
});

test("foreign texts stay texts everywhere on the page", () => {
  const evil = `</style></title><script>alert("x")</script><b onclick='y'>&amp; \`<i>\` \u0000`;
  const html = htmlReport({
    title: evil,
    summary: evil,
    generatedFrom: { [evil]: evil, nested: { evil } },
    sections: [
      {
        heading: evil,
        intro: evil,
        blocks: [{ text: evil }, { table: { columns: [evil], rows: [[evil]] }, caption: evil }],
      },
    ],
    footer: evil,
  });
  expectWellFormed(html);
  expect(html).not.toMatch(/<script|<b |<i>|\0/);
  expect(html).toContain("<code>&lt;i&gt;</code>");
});

test("an empty report is a page, and an svg block must be an SVG", () => {
  expectWellFormed(htmlReport({ title: "", summary: "", generatedFrom: {}, sections: [] }));
  const sections = [{ heading: "a", blocks: [{ svg: "<script>" }] }];
  expect(() => htmlReport({ title: "", summary: "", generatedFrom: {}, sections })).toThrow(
    /Expected the text that renderSvg returns/,
  );
});

test("a sortable table brings the only script that the page's policy allows", () => {
  const of = (sortable: boolean): string =>
    htmlReport({
      title: "a",
      summary: "b",
      generatedFrom: {},
      sections: [
        {
          heading: "c",
          blocks: [
            {
              table: {
                columns: ["x", "y"],
                rows: [
                  ["d", 0.25],
                  ["e", null],
                ],
                sortable,
              },
            },
          ],
        },
      ],
    });
  expectWellFormed(of(true).replace(/<script>[^]*<\/script>/, ""));
  const [, script] = /<script>([^]*)<\/script>/.exec(of(true))!;
  const hash = createHash("sha256").update(script!).digest("base64");
  expect(of(true)).toContain(`default-src 'none'; script-src 'sha256-${hash}'; `);
  expect(of(true)).toContain(`data-sort="0.25"`);
  expect(of(false)).not.toMatch(/<script|script-src|data-sort/);
});
