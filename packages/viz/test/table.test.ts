import fc from "fast-check";
import { expect, test } from "vitest";
import { formatTable, table } from "../src/index.ts";
import { textWidth, wrapText } from "../src/text/text-width.ts";
import { accuracyTable } from "./sample.ts";
import { expectWellFormed } from "./well-formed.ts";

test("a terminal shows the columns under each other", () => {
  expect(formatTable(accuracyTable)).toBe(
    [
      "                                   clean                   PGD        adaptive steps    gradient estimate",
      "                                 n = 200               n = 200               n = 200               n = 20",
      "──────────────────  ────────────────────  ────────────────────  ────────────────────  ───────────────────",
      "wide net            98.5 % (95.7–99.5 %)  15.0 % (10.7–20.6 %)  16.0 % (11.6–21.7 %)  15.0 % (5.2–36.0 %)",
      "other net, γ = 0.1  96.5 % (93.0–98.3 %)  64.0 % (57.1–70.3 %)   13.0 % (9.0–18.4 %)  20.0 % (8.1–41.6 %)",
    ].join("\n"),
  );
});

test("Markdown says how columns are aligned and keeps foreign signs as text", () => {
  const data = {
    columns: ["a|b", "n"],
    rows: [
      ["<b>*x*", 1 / 3],
      ["y\nz", null],
    ],
  };
  expect(formatTable(data, { format: "markdown" })).toBe(
    [
      "| a\\|b         |        n |",
      "| ------------ | -------: |",
      "| &lt;b\\>\\*x\\* | 0.333333 |",
      "| y z          |        – |",
    ].join("\n"),
  );
});

test("CSV for programs: details apart, quotes and formulas made safe", () => {
  const data = {
    columns: ["net, γ", "clean"],
    rows: [
      ['say "a"', { text: "98.5 %", detail: "95.7–99.5 %" }],
      ["=1+1", null],
    ],
  };
  expect(formatTable(data, { format: "csv" })).toBe(
    ['"net, γ",clean,"clean, detail"', '"say ""a""",98.5 %,95.7–99.5 %', "'=1+1,–,"].join("\r\n"),
  );
});

test("LaTeX: booktabs, signs escaped", () => {
  const data = {
    columns: ["50% & γ_1", "ε"],
    rows: [["{a}\\b^2", { text: "3.5 %", detail: "2–5 %" }]],
  };
  expect(formatTable(data, { format: "latex" })).toBe(
    [
      "\\begin{tabular}{lr}",
      "    \\toprule",
      "    50\\% \\& $\\gamma$\\_1 & $\\varepsilon$ \\\\",
      "    \\midrule",
      "    \\{a\\}\\textbackslash{}b\\textasciicircum{}2 & 3.5\\,\\% {\\scriptsize 2--5\\,\\%} \\\\",
      "    \\bottomrule",
      "\\end{tabular}",
    ].join("\n"),
  );
});

test("all lines of a text table end in the same column, whatever stands in the cells", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("ε ± 8/255", "日本語", "e\u0301", "👍🏽", "\u001b[31mred"),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 5 }), (rows) => {
      // A last column of the same text in each row makes the ends visible.
      const lines = formatTable({ columns: ["a", "b", "end"], rows: rows.map((row) => [...row, "end"]) }).split("\n");
      expect(lines).toHaveLength(rows.length + 2);
      expect(new Set(lines.map(textWidth)).size).toBe(1);
    }),
  );
});

test("text is as wide as a terminal shows it", () => {
  expect(["ε±∞", "日本", "e\u0301", "👍🏽", ""].map(textWidth)).toEqual([3, 4, 1, 2, 0]);
});

test("an HTML table names its columns and rows and escapes what stands in them", () => {
  const html = table(accuracyTable);
  expectWellFormed(html);
  expect(html).toContain(
    `<th scope="col" class="right">PGD <small>n = 200</small></th>`.replaceAll(" = ", "\u00a0=\u00a0"),
  );
  expect(html).toContain(`<th scope="row" class="left">wide net</th>`);
  expect(html).toContain(`<span style="width:64%"></span>`);
  const evil = `<img src=x onerror="alert(1)">`;
  const escaped = table({
    columns: [evil, { title: evil, detail: evil }],
    rows: [[evil, { text: evil, detail: evil }]],
    caption: evil,
  });
  expectWellFormed(escaped);
  expect(escaped).not.toContain("<img");
});

test("missing values are dashes, NaN stays visible, an empty table says so", () => {
  const html = table({
    columns: ["a", "b"],
    rows: [
      ["x", null],
      ["y", NaN],
      ["z", { text: "?", share: NaN }],
    ],
  });
  expect(html).toContain(`>–</td>`);
  expect(html).toContain(`>NaN</td>`);
  expect(html).not.toContain("width:");
  expect(table({ columns: ["a"], rows: [] })).toContain("No rows.");
  expect(() => formatTable({ columns: ["a", "b"], rows: [["x"]] })).toThrow(/Row 0 of the table has 1 cells/);
});

test("a line ends at a space, but not within ε = 0.1 or 5 %", () => {
  expect(wrapText("two protocols (ε = 2/255), 5 % of all", 1, 12)).toEqual([
    "two",
    "protocols",
    "(ε = 2/255),",
    "5 %",
    "of",
    "all",
  ]);
});
