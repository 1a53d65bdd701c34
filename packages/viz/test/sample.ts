import {
  htmlReport,
  imageGrid,
  lineChart,
  perturbationImage,
  renderSvg,
  type ImageGridData,
  type LineChartData,
  type LinePoint,
  type TableData,
} from "../src/index.ts";

/** A small generator of numbers in [0, 1), so that the samples are the same in every run. */
export function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const next = sequence(1);

const curve = (start: number, end: number, rate: number, noise: number): LinePoint[] =>
  Array.from({ length: 120 }, (_, i) => [
    i * 5,
    (end + (start - end) * Math.exp(-i * rate)) * (1 + noise * (next() - 0.5)),
  ]);

const overEps = (values: readonly number[]): LinePoint[] =>
  values.map((y, i) => [
    i * 2,
    y,
    Math.max(0, y - 0.09 * Math.sqrt(y * (1 - y)) * 2),
    Math.min(1, y + 0.18 * Math.sqrt(y * (1 - y))),
  ]);

export const lossChart: LineChartData = {
  title: "Training loss",
  subtitle: "Mean cross-entropy of each batch",
  x: { label: "step" },
  y: { label: "loss" },
  series: [
    { name: "wide net", points: curve(2.35, 0.04, 0.05, 0.12) },
    { name: "other net, γ = 0.1", points: curve(2.5, 0.1, 0.035, 0.16) },
  ],
};

export const accuracyChart: LineChartData = {
  title: "Training accuracy",
  subtitle: "Share of each batch classified correctly",
  x: { label: "step" },
  y: { label: "accuracy", percent: true },
  series: [
    { name: "wide net", points: curve(0.1, 0.99, 0.05, 0.03) },
    { name: "other net, γ = 0.1", points: curve(0.1, 0.96, 0.035, 0.05) },
  ],
};

export const epsChart: LineChartData = {
  title: "Accuracy under attack",
  subtitle: "Bands are 95 % Wilson intervals over 200 images; solid lines are PGD, dashed lines the adaptive steps",
  x: { label: "ε, in 1/255 (ε = 0 is clean accuracy)" },
  y: { label: "accuracy", percent: true },
  width: 530,
  height: 400,
  series: [
    { name: "wide net, PGD", color: "#2679c4", points: overEps([0.985, 0.84, 0.46, 0.15, 0.03]) },
    {
      name: "wide net, adaptive steps",
      color: "#2679c4",
      dashed: true,
      points: overEps([0.985, 0.84, 0.45, 0.16, 0.04]),
    },
    { name: "other net, PGD", color: "#d4600f", points: overEps([0.965, 0.9, 0.79, 0.64, 0.5]) },
    {
      name: "other net, adaptive steps",
      color: "#d4600f",
      dashed: true,
      points: overEps([0.965, 0.78, 0.42, 0.13, 0.02]),
    },
  ],
};

export const accuracyTable: TableData = {
  columns: [
    "",
    { title: "clean", detail: "n = 200" },
    { title: "PGD", detail: "n = 200" },
    { title: "adaptive steps", detail: "n = 200" },
    { title: "gradient estimate", detail: "n = 20" },
  ],
  rows: [
    [
      "wide net",
      { text: "98.5 %", detail: "95.7–99.5 %", share: 0.985 },
      { text: "15.0 %", detail: "10.7–20.6 %", share: 0.15 },
      { text: "16.0 %", detail: "11.6–21.7 %", share: 0.16 },
      { text: "15.0 %", detail: "5.2–36.0 %", share: 0.15 },
    ],
    [
      "other net, γ = 0.1",
      { text: "96.5 %", detail: "93.0–98.3 %", share: 0.965 },
      { text: "64.0 %", detail: "57.1–70.3 %", share: 0.64 },
      { text: "13.0 %", detail: "9.0–18.4 %", share: 0.13, tone: "bad" },
      { text: "20.0 %", detail: "8.1–41.6 %", share: 0.2, tone: "bad" },
    ],
  ],
};

const shape = [28, 28, 1] as const;
const eps = 8 / 255;

/** A bright ring or bar on noise, a little like a digit. */
function glyph(kind: number): Float32Array {
  return Float32Array.from({ length: 28 * 28 }, (_, i) => {
    const [x, y] = [(i % 28) - 13.5, Math.floor(i / 28) - 13.5];
    const distance =
      kind % 2 === 0
        ? Math.abs(Math.hypot(x * 1.3, y) - 8)
        : Math.min(Math.abs(x + y * 0.3), Math.abs(y + 8) + (x > 1 ? 9 : 0));
    return Math.min(1, Math.max(0, 1.4 - distance / 1.6)) * 0.85 + 0.12 * next();
  });
}

export const attackGrid: ImageGridData = {
  columns: [{ title: "original" }, { title: "perturbation" }, { title: "adversarial" }],
  rows: Array.from({ length: 6 }, (_, i) => {
    const image = glyph(i);
    const delta = image.map((v) => Math.min(1, Math.max(0, v + eps * Math.sign(next() - 0.5))) - v);
    const held = i === 3;
    return {
      label: `image ${17 + 31 * i}`,
      cells: [
        { image, shape, caption: `read as ${i % 2 === 0 ? 0 : 7}` },
        perturbationImage(delta, shape, eps),
        {
          image: image.map((v, j) => Math.min(1, Math.max(0, v + delta[j]!))),
          shape,
          caption: held ? "still 7, margin +0.82" : `${i % 2 === 0 ? 0 : 7} → 2, margin −${(0.3 + i / 3).toFixed(2)}`,
          tone: held ? ("good" as const) : ("bad" as const),
        },
      ],
    };
  }),
};

/** A report like the one that the first walk through the whole house leaves. */
export async function sampleReport(): Promise<string> {
  return htmlReport({
    title: "Two nets on drawn digits",
    summary:
      "Under PGD one net seems to hold 64 % where the other falls to 15 %; an adaptive attack takes all of that back (13 %).",
    sections: [
      {
        heading: "Accuracy",
        intro:
          "Both nets see the same 200 images, ε = 6/255 in the L∞ norm. PGD and the adaptive steps use the same loss, steps, restarts and number of gradients.",
        blocks: [
          {
            table: accuracyTable,
            caption:
              "Small numbers are 95 % Wilson intervals. Each attack counts images that were wrong before it as not robust.",
          },
        ],
      },
      {
        heading: "Accuracy over the size of the attack",
        blocks: [{ svg: await renderSvg(lineChart(epsChart)), caption: "At ε = 0 stands the clean accuracy." }],
      },
      {
        heading: "Training",
        blocks: [{ svg: await renderSvg(lineChart(lossChart)) }, { svg: await renderSvg(lineChart(accuracyChart)) }],
      },
      {
        heading: "Images",
        intro: "Images of the test set under adaptive steps on the other net. Repeat with `example --seed 1`.",
        blocks: [
          { images: attackGrid },
          { html: imageGrid({ columns: [], rows: [] }), caption: "Nothing held at ε = 16/255." },
        ],
      },
    ],
    generatedFrom: {
      dataset: "digits",
      seed: 1,
      gamma: 0.1,
      eps: "6/255",
      steps: 600,
      attack: { name: "pgd", steps: 40, restarts: 2 },
      backend: "wasm, 1 thread",
      version: "0.1.0",
    },
    footer:
      "Made by an example. A number without its attack, ε and interval means little; all three stand beside each number here.",
  });
}
