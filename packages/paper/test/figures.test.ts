import { expect, test } from "vitest";
import { checkFigureFile, drawFigure, type FigureFile } from "../src/index.ts";
import { figureFiles } from "./figures.ts";
import { expectWellFormed } from "./well-formed.ts";

const files: readonly FigureFile[] = Object.values(figureFiles);
const labels = {
  1: ["(a) k-WTA, γ = 0.1", "(d) ReLU, enlarged", "points"],
  2: ["Max-pooling", "k-WTA, k = 3", "−0.4"],
  3: ["(a) k-WTA ResNet18, γ = 0.1, ε = 2/255", "(b) ReLU ResNet18, ε = 8/255", "(c) Loss along the path of training"],
  4: ["(b) ResNet18, ε = 8/255", "PGD-20", "adaptive attack", "the same network with ReLU"],
  5: ["(a) k-WTA, natural", "(d) ReLU, adversarial", "random direction", "gradient direction", "loss"],
  6: ["(b) ResNet18, ε = 8/255", "attack: PGD-20", "incremental", "direct"],
  7: ["(a) ResNet18, γ = 0.3", "(g) DenseNet121, γ = 0.1,", "adversarial"],
};

/** What no picture should say; images in base64 may spell anything. */
function strayWords(markup: string): RegExpExecArray | null {
  return /NaN|undefined|Infinity|<script|url\((?!#)/.exec(markup.replace(/base64,[^"]*/g, ""));
}

for (const file of files) {
  test(`figure ${file.figure} is drawn from the text of its file, with every label`, async () => {
    const read = checkFigureFile(JSON.parse(JSON.stringify(file)), "a.json");
    expect(read).toEqual(file);
    const { svg, html } = await drawFigure(read);
    for (const markup of [svg, html]) {
      expectWellFormed(markup);
      expect(strayWords(markup)).toBeNull();
    }
    expect(labels[file.figure].filter((label) => !svg.includes(`>${label}</text>`))).toEqual([]);
    expect(html.includes(`>${labels[file.figure][0]!}</text>`)).toBe(true);
    expect(svg.includes(`>Figure ${file.figure}: ${file.title}</text>`)).toBe(true);
    expect(html.includes("As in the paper.</b> The surfaces")).toBe(true);
    expect(html.includes("learningRate")).toBe(true);
    for (const image of [svg, html]) expect(image.length).toBeLessThan(file.figure === 7 ? 350_000 : 240_000);
  });
}

test("the same file gives the same bytes", async () => {
  for (const file of [figureFiles[2], figureFiles[5]]) {
    const [first, second] = [await drawFigure(file), await drawFigure(file)];
    expect(first.svg === second.svg && first.html === second.html).toBe(true);
  }
});

test("a figure of one network alone, and what could not be measured, are drawn too", async () => {
  const [surface] = figureFiles[5].data.surfaces;
  const loss = surface!.loss.map((row, i) => row.map((value, j) => (i < 3 && j === 5 ? null : value)));
  const [network] = figureFiles[4].data.networks;
  const row = { ...network!.rows[0]!, adaptive: null };
  const one = figureFiles[6].data.networks[0]!;
  const alone: FigureFile[] = [
    { ...figureFiles[5], data: { ...figureFiles[5].data, surfaces: [{ ...surface!, loss }] } },
    {
      ...figureFiles[7],
      data: { ...figureFiles[7].data, surfaces: [{ ...surface!, loss: loss.map((r) => r.map(() => null)) }] },
    },
    {
      ...figureFiles[3],
      data: { ...figureFiles[3].data, panels: figureFiles[3].data.panels.slice(1, 2), training: [] },
    },
    { ...figureFiles[4], data: { ...figureFiles[4].data, networks: [{ ...network!, rows: [row], relu: null }] } },
    {
      ...figureFiles[6],
      data: { ...figureFiles[6].data, networks: [{ ...one, rows: [{ gamma: 0.1, direct: row, incremental: row }] }] },
    },
  ];
  for (const file of alone) {
    const { svg, html } = await drawFigure(checkFigureFile(file, "a.json"));
    expectWellFormed(svg);
    expect(strayWords(svg + html)).toBeNull();
  }
});

test("foreign texts stay texts: labels, names, notes, settings", async () => {
  const evil = `"><script>$& ' & \u0000`;
  const kept = new Set(["schema", "kind", "training", "model"]);
  const poison = (value: unknown, key = ""): unknown => {
    if (typeof value === "string") return kept.has(key) ? value : evil;
    if (Array.isArray(value)) return value.map((element) => poison(element, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poison(inner, name)]));
  };
  for (const n of [2, 3, 4] as const) {
    const { svg, html } = await drawFigure(poison(figureFiles[n]) as FigureFile);
    for (const markup of [svg, html]) {
      expectWellFormed(markup);
      expect(markup.includes("<script")).toBe(false);
      expect(markup.includes("&lt;script")).toBe(true);
    }
  }
});

test("a file that cannot be drawn is refused with the place and the way out", () => {
  const broken = (n: keyof typeof figureFiles, change: (file: any) => void): unknown => {
    const copy = JSON.parse(JSON.stringify(figureFiles[n]));
    change(copy);
    return copy;
  };
  const cases: [unknown, string][] = [
    [null, "a.json is no data file of a figure: it names no schema"],
    [{ schema: "kwta.report.v1" }, `its schema is "kwta.report.v1", expected "kwta.figure.v1". Make it with`],
    [broken(1, (file) => (file.figure = 8)), "the data file of figure 8. Figures 1 to 7 can be drawn."],
    [broken(1, (file) => delete file.title), "the file.title is missing. Make the file again with `kwta figure 1`."],
    [broken(1, (file) => (file.notes[0].kind = "maybe")), `notes[0].kind is "maybe", expected one of "agrees"`],
    [broken(1, (file) => file.data.target.pop()), "data.target has 240 elements, expected 241, one for each of x"],
    [
      broken(2, (file) => file.data.columns[1].outputs.pop()),
      "columns[1].outputs has 2 elements, expected one for each",
    ],
    [
      broken(3, (file) => (file.data.panels[0].logits[2][7] = "1")),
      `logits[2][7] is "1", expected a finite number, or null`,
    ],
    [broken(3, (file) => (file.data.panels[1].trueClass = 10)), "panels[1].trueClass is 10, but there are 10 classes"],
    [
      broken(4, (file) => (file.data.networks[0].rows[2].pgd.value = 1.2)),
      "pgd.value is 1.2, expected a number from 0 to 1",
    ],
    [broken(4, (file) => (file.data.networks = [])), "data.networks has 0 elements, expected at least 1"],
    [
      broken(5, (file) => file.data.surfaces[3].loss[4].pop()),
      "loss[4] has 24 elements, expected 25, one for each of random",
    ],
    [broken(6, (file) => delete file.data.networks[1].rows[0].direct), "data.networks[1].rows[0].direct is missing"],
    [
      broken(7, (file) => file.data.surfaces[0].gradient.fill(0)),
      "gradient[1] is not larger than the number before it",
    ],
  ];
  for (const [value, message] of cases) {
    const error = refusal(value);
    expect(error).toMatchObject({ name: "InputError", message: expect.stringContaining(message) });
  }
});

function refusal(value: unknown): unknown {
  try {
    checkFigureFile(value, "a.json");
    return undefined;
  } catch (error) {
    return error;
  }
}
