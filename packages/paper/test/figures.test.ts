import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { expectWellFormed } from "../../viz/test/well-formed.ts";
import { checkFigureFile, drawFigure, FIGURES, type FigureFile } from "../src/index.ts";
import { files } from "./figure-files.ts";

/** What no picture should say; images in base64 may spell anything. */
function strayWords(markup: string): RegExpExecArray | null {
  return /NaN|undefined|Infinity|<script|url\((?!#)/.exec(markup.replace(/base64,[^"]*/g, ""));
}

const [surface] = files.figure5.data.surfaces;
const holes = surface!.loss.map((row, i) => row.map((value, j) => (i < 3 && j === 5 ? null : value)));
const nothing = holes.map((row) => row.map(() => null));
const [network] = files.figure4.data.networks;
const [oneRow] = network!.rows;
const [ways] = files.figure6.data.networks;
const oneWay = { gamma: 0.1, direct: null, incremental: oneRow! };

/** Of one network alone, and with what could not be measured. */
const alone: readonly FigureFile[] = [
  { ...files.figure3, data: { ...files.figure3.data, panels: files.figure3.data.panels.slice(1, 2), training: [] } },
  { ...files.figure4, data: { ...files.figure4.data, networks: [{ ...network!, rows: [oneRow!], relu: null }] } },
  { ...files.figure5, data: { ...files.figure5.data, surfaces: [{ ...surface!, loss: holes }] } },
  { ...files.figure6, data: { ...files.figure6.data, networks: [{ ...ways!, rows: [oneWay] }] } },
  { ...files.figure7, data: { ...files.figure7.data, surfaces: [{ ...surface!, loss: nothing }] } },
  { ...files.strength, data: { ...files.strength.data, widths: [] } },
];

test.each([
  ...Object.values(files).map((file): [string, FigureFile] => [file.figure, file]),
  ...alone.map((file): [string, FigureFile] => [`${file.figure}-alone`, file]),
])("%s is drawn from the text of its file as it was, to the byte", async (name, file) => {
  const read = checkFigureFile(JSON.parse(JSON.stringify(file)), "a.json");
  expect(read).toEqual(file);
  const { svg, html } = await drawFigure(read);
  await expect(svg).toMatchFileSnapshot(`drawings/${name}.svg`);
  for (const markup of [svg, html]) {
    expectWellFormed(markup);
    expect(strayWords(markup)).toBeNull();
  }
  expect(html.includes("Seen.</b> The surfaces")).toBe(true);
  expect(html.includes("learningRate")).toBe(true);
});

const results = new URL("../../../docs/results/", import.meta.url);
const published = FIGURES.map(({ id }) => id).filter((id) => existsSync(new URL(`${id}.json`, results)));

test.each(published)("%s of the gallery follows from its data file: picture and sentences, to the byte", async (id) => {
  const at = (ending: string): URL => new URL(`${id}.${ending}`, results);
  const file = checkFigureFile(JSON.parse(await readFile(at("json"), "utf8")), id);
  const figure = FIGURES.find((each) => each.id === id)!;
  expect(figure.notes(file.data)).toEqual(file.notes);
  const { svg } = await drawFigure(file);
  expect(svg === (await readFile(at("svg"), "utf8"))).toBe(true);
  const gallery = await readFile(new URL("README.md", results), "utf8");
  for (const { text } of file.notes) expect(gallery).toContain(text);
});

test("foreign texts stay texts: labels, names, notes, settings", async () => {
  const evil = `"><script>$& ' & \u0000`;
  const kept = new Set(["schema", "figure", "kind", "training", "model"]);
  const poison = (value: unknown, key = ""): unknown => {
    if (typeof value === "string") return kept.has(key) ? value : evil;
    if (Array.isArray(value)) return value.map((element) => poison(element, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poison(inner, name)]));
  };
  for (const file of [files.figure2, files.figure3, files.figure4]) {
    const { svg, html } = await drawFigure(poison(file) as FigureFile);
    for (const markup of [svg, html]) {
      expectWellFormed(markup);
      expect(markup.includes("<script")).toBe(false);
      expect(markup.includes("&lt;script")).toBe(true);
    }
  }
});

test("a file that cannot be drawn is refused with the place and the way out", () => {
  const broken = (name: keyof typeof files, change: (file: any) => void): unknown => {
    const copy = JSON.parse(JSON.stringify(files[name]));
    change(copy);
    return copy;
  };
  const cases: [unknown, string][] = [
    [null, "a.json is no data file of a figure: it names no schema"],
    [{ schema: "kwta-run@2" }, `its schema is "kwta-run@2", expected "kwta-figure@3". Make it with`],
    [
      broken("figure1", (file) => (file.figure = "figure-8")),
      'the data file of "figure-8". What can be drawn: figure-1, figure-2,',
    ],
    [
      broken("figure1", (file) => delete file.title),
      "the file.title is missing. Make the file again with `kwta figure figure-1`.",
    ],
    [broken("figure1", (file) => (file.notes[0].kind = "maybe")), `notes[0].kind is "maybe", expected one of "agrees"`],
    [
      broken("figure1", (file) => file.data.target.pop()),
      "data.target has 40 elements, expected 41, one for each of x",
    ],
    [
      broken("figure2", (file) => file.data.columns[1].outputs.pop()),
      "columns[1].outputs has 2 elements, expected one for each",
    ],
    [
      broken("figure3", (file) => (file.data.panels[0].logits[2][7] = "1")),
      `logits[2][7] is "1", expected a finite number, or null`,
    ],
    [
      broken("figure3", (file) => (file.data.panels[1].trueClass = 10)),
      "panels[1].trueClass is 10, but there are 10 classes",
    ],
    [
      broken("figure4", (file) => (file.data.networks[0].rows[2].pgd.wrong[1] = 400)),
      "pgd.wrong[1] is 400, expected rising positions below 400",
    ],
    [broken("figure4", (file) => (file.data.networks = [])), "data.networks has 0 elements, expected at least 1"],
    [
      broken("figure5", (file) => file.data.surfaces[3].loss[4].pop()),
      "loss[4] has 6 elements, expected 7, one for each of random",
    ],
    [
      broken("figure6", (file) => delete file.data.networks[1].rows[0].direct),
      "data.networks[1].rows[0].direct is missing",
    ],
    [
      broken("figure7", (file) => file.data.surfaces[0].gradient.fill(0)),
      "gradient[1] is not larger than the number before it",
    ],
    [
      broken("gradients", (file) => file.data.nets[0].attacks[2].brokenAt.pop()),
      "attacks[2].brokenAt is not of 400 images, as the first one is",
    ],
    [broken("cosine", (file) => file.data.lines[1].cosines[2].pop()), "cosines[2] has 11 elements, expected 12"],
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
