import { keyedRandom } from "@kwta/core";
import type { Figure1Data, FittedNet } from "../src/figure-1/data.ts";
import type { ActivationOutput, Figure2Data } from "../src/figure-2/data.ts";
import type { Figure3Data, LogitPanel } from "../src/figure-3/data.ts";
import type { Figure4Data } from "../src/figure-4/data.ts";
import type { Figure6Data } from "../src/figure-6/data.ts";
import type { CosineData } from "../src/figure-cosine/data.ts";
import type { GalleryData } from "../src/figure-gallery/data.ts";
import type { AttackRun, GradientsData } from "../src/figure-gradients/data.ts";
import type { StrengthData } from "../src/figure-strength/data.ts";
import type { WinnersData } from "../src/figure-winners/data.ts";
import { FIGURE_SCHEMA, type FigureFile } from "../src/index.ts";
import type { Accuracies, Standing } from "../src/shared/accuracies/data.ts";
import type { LossSurface, SurfaceData } from "../src/shared/surfaces/data.ts";
import { raggednessOf } from "../src/shared/surfaces/raggedness.ts";

/** Made-up data of the form that recipes measure, near to what they find, and small. */

const settings = {
  preset: "small",
  dataset: "cifar10",
  seed: 1,
  computedBy: { backend: "wasm:threads=2", threads: 2 },
  models: [
    { model: "resnet18", width: 16, activation: "kwta:0.1", epochs: 12, learningRate: 0.05 },
    { model: "resnet18", width: 16, activation: "relu", epochs: 12, learningRate: 0.05 },
  ],
};

const notes = [
  { kind: "agrees", text: "The surfaces of k-WTA are rugged, those of ReLU smooth: roughness 0.41 against 0.05." },
  { kind: "differs", text: "Adversarial training does not lower the largest loss of k-WTA here (11.2 after 9.8)." },
  { kind: "note", text: "One image, the first of the test set that all four networks classify correctly." },
] as const;

function file<D>(figure: string, title: string, data: D): FigureFile<D> {
  return { schema: FIGURE_SCHEMA, figure, title, settings, notes, data };
}

function range(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

const bump = (x: number): number => 1 - 0.9 * (x - 0.4) ** 2 + 0.1 * Math.sin(3 * x);

function figure1(): FigureFile<Figure1Data> {
  const x = range(-1, 1.4, 41);
  const points = range(-0.9, 1.3, 6);
  const random = keyedRandom(1, "pieces").uniform(new Float32Array(16));
  const cuts = range(-1, 1.4, 9);
  const pieces = cuts.slice(1).map((end, i) => {
    const inside = range(cuts[i]! + 0.004, end - 0.004, 2);
    const middle = (cuts[i]! + end) / 2;
    const [slope, lift] = [8 * (random[2 * i]! - 0.5), 0.5 * (random[2 * i + 1]! - 0.5)];
    return { x: inside, y: inside.map((at) => bump(middle) + lift + slope * (at - middle)) };
  });
  const nets: FittedNet[] = [
    { name: "kwta:0.1", label: "k-WTA, γ = 0.1", pieces },
    { name: "relu", label: "ReLU", pieces: [{ x, y: x.map((at) => bump(at) + 0.04 * Math.sin(9 * at)) }] },
  ];
  const data = { x, target: x.map(bump), points: { x: points, y: points.map(bump) }, nets };
  return file("figure-1", "What networks fit to six points", { ...data, detail: { from: -0.15, to: 0.45 } });
}

function figure2(): FigureFile<Figure2Data> {
  const input = [0.8, -0.2, -0.4, 1.7, 1.1, 0.9];
  const kept = (...flags: number[]): ActivationOutput[] =>
    flags.map((flag, i) => ({ value: flag * input[i]! + 0, kept: flag === 1 }));
  return file("figure-2", "Activations on one column of numbers", {
    input,
    columns: [
      { name: "relu", label: "ReLU", groupSize: 1, outputs: kept(1, 0, 0, 1, 1, 1) },
      {
        name: "maxpool:2",
        label: "Max-pooling",
        groupSize: 2,
        outputs: [0.8, 1.7, 1.1].map((value) => ({ value, kept: true })),
      },
      { name: "lwta:2", label: "LWTA", groupSize: 2, outputs: kept(1, 0, 0, 1, 1, 0) },
      { name: "kwta", label: "k-WTA, k = 3", groupSize: 6, outputs: kept(0, 0, 0, 1, 1, 1) },
    ],
  });
}

const classNames = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

function logitPanel(label: string, activation: string, eps: number, rough: number): LogitPanel {
  const sizes = range(0, eps, 11);
  const logits = classNames.map((_, c) => {
    const noise = keyedRandom(3, "logits", c).normal(new Float32Array(11));
    const slope = c === 3 ? -220 : c === 5 ? 260 : 60 * Math.sin(c);
    return sizes.map((size, i) => (c === 3 ? 6 : 2 * Math.cos(2 * c)) + slope * size + rough * noise[i]!);
  });
  return { label, activation, eps, image: 7, trueClass: 3, sizes, logits };
}

function figure3(): FigureFile<Figure3Data> {
  const panels = [2 / 255, 8 / 255].flatMap((eps) => [
    logitPanel("k-WTA ResNet18, γ = 0.1", "kwta:0.1", eps, 0.8),
    logitPanel("ReLU ResNet18", "relu", eps, 0),
  ]);
  const images = [7, 9, 12, 15, 20, 21, 30, 31];
  const smoothness = ["kwta:0.1", "relu"].map((activation, i) => ({
    label: i === 0 ? "k-WTA ResNet18, γ = 0.1" : "ReLU ResNet18",
    activation,
    jump: images.map((image) => (i === 0 ? 0.3 : 0.01) + image / 1000),
    roughness: images.map((image) => (i === 0 ? 0.7 : 0.02) + image / 1000),
  }));
  const steps = range(0, 20, 41);
  const noise = keyedRandom(3, "loss").normal(new Float32Array(41));
  const training = [
    {
      label: "k-WTA, γ = 0.1",
      activation: "kwta:0.1",
      steps,
      loss: steps.map((s, i) => 2.3 * Math.exp(-s / 12) + 0.02 * noise[i]!),
    },
    { label: "ReLU", activation: "relu", steps, loss: steps.map((s) => 2.3 * Math.exp(-s / 9)) },
  ];
  return file("figure-3", "Logits along a perturbation, loss along training", {
    classNames,
    panels,
    smoothness,
    images,
    training,
  });
}

/** Of 400 images, so many right: others at each share, so that pairs differ. */
function standing(share: number): Standing {
  const order = keyedRandom(9, "standing").uniform(new Float32Array(400));
  return { n: 400, wrong: [...order.keys()].filter((i) => order[i]! >= share) };
}

function accuracies(clean: number, pgd: number, adaptive: number): Accuracies {
  return { clean: standing(clean), pgd: standing(pgd), adaptive: standing(adaptive) };
}

const attacks = { pgd: "PGD-20", adaptive: "adaptive attack", whole: true };
const gammas = [0.3, 0.2, 0.1, 0.07, 0.03, 0.01];
const standard = (gamma: number): Accuracies =>
  accuracies(0.82 - 0.004 / gamma, 0.55 * Math.exp(-12 * gamma) + 0.02, 0.04 + 0.1 * gamma);

function figure4(): FigureFile<Figure4Data> {
  const networks = [2 / 255, 8 / 255].map((eps) => ({
    label: "ResNet18",
    eps,
    rows: gammas.map((gamma) => ({ gamma, ...standard(gamma) })),
    relu: accuracies(0.84, 0.02, 0.01),
  }));
  return file("figure-4", "Accuracy over the sparsity ratio", { attacks, networks });
}

function figure6(): FigureFile<Figure6Data> {
  const networks = ["ResNet18", "WideResNet-22"].map((label) => ({
    label,
    eps: 8 / 255,
    rows: gammas.map((gamma) => ({ gamma, direct: standard(gamma), incremental: standard(gamma ** 0.8) })),
  }));
  return file("figure-6", "Training directly, or step by step", { attacks, networks });
}

function surface(
  label: string,
  model: string,
  kind: "rough" | "smooth",
  height: number,
  training: LossSurface["training"],
): LossSurface {
  const axis = range(-0.04, 0.04, 7);
  const noise = keyedRandom(5, label).uniform(new Float32Array(7 * 7));
  const loss = axis.map((g, i) =>
    axis.map((r, j) => {
      const peak =
        Math.exp(-((g - 0.02) ** 2 + (r - 0.01) ** 2) / 3e-4) +
        0.6 * Math.exp(-((g + 0.01) ** 2 + (r + 0.02) ** 2) / 2e-4);
      return kind === "rough"
        ? height * (0.25 + 0.2 * peak + 0.55 * noise[7 * i + j]! ** 2)
        : height * (0.05 + 0.9 * peak);
    }),
  );
  return {
    label,
    model,
    activation: kind === "rough" ? "kwta:0.1" : "relu",
    training,
    random: axis,
    gradient: axis,
    loss,
    raggedness: raggednessOf(
      [loss, loss.map((row) => row.map((value) => 1.1 * value)), loss].map((each) => ({ loss: each })),
    ),
  };
}

const sample = { images: [7, 8, 9], sample: { index: 7, className: "cat" } };

function figure5(): FigureFile<SurfaceData> {
  const surfaces = [
    surface("k-WTA", "ResNet18", "rough", 14, "standard"),
    surface("k-WTA, adversarial", "ResNet18", "rough", 5, "adversarial"),
    surface("ReLU", "ResNet18", "smooth", 15, "standard"),
    surface("ReLU, adversarial", "ResNet18", "smooth", 6, "adversarial"),
  ];
  return file("figure-5", "Loss surfaces around one image", { ...sample, surfaces });
}

function figure7(): FigureFile<SurfaceData> {
  const surfaces = [
    surface("ResNet18, γ = 0.3", "ResNet18", "smooth", 12, "standard"),
    surface("ResNet18, γ = 0.1", "ResNet18", "rough", 10, "standard"),
    surface("ResNet18, γ = 0.03", "ResNet18", "rough", 14, "standard"),
    surface("DenseNet121, γ = 0.3", "DenseNet121", "smooth", 9, "standard"),
    surface("DenseNet121, γ = 0.1", "DenseNet121", "rough", 11, "standard"),
    surface("DenseNet121, γ = 0.03", "DenseNet121", "rough", 13, "standard"),
    surface("DenseNet121, γ = 0.1, adversarial", "DenseNet121", "rough", 4, "adversarial"),
  ];
  return file("figure-7", "Loss surfaces over the sparsity ratio", { ...sample, surfaces });
}

/** Of 400 images: wrong at first, then broken at rising costs, and some that stand. */
function attackRun(id: AttackRun["id"], passes: number, left: number): AttackRun {
  const order = keyedRandom(9, "standing").uniform(new Float32Array(400));
  const brokenAt = Array.from(order, (at) =>
    at > 0.8 ? 0 : at < left ? null : Math.round(passes ** ((0.8 - at) / (0.8 - left))),
  );
  return { id, passes, brokenAt };
}

function gradients(): FigureFile<GradientsData> {
  const nets = [
    { label: "k-WTA ResNet18, adversarial", activation: "kwta:0.1", eps: 8 / 255 },
    { label: "ReLU ResNet18, adversarial", activation: "relu", eps: 8 / 255 },
  ].map((net, i) => ({
    ...net,
    attacks: [
      attackRun("pgd", 800, 0.3),
      ...(i === 0 ? [attackRun("gate", 800, 0.05)] : []),
      attackRun("apgd", 800, 0.25),
      attackRun("estimate", 4000, 0.15),
      attackRun("square", 2000, 0.2),
    ],
  }));
  return file("figure-gradients", "Accuracy over the cost of an attack", { nets });
}

function cosine(): FigureFile<CosineData> {
  const sigmas = [0.0001, 0.001, 0.004, 0.008];
  const line = (label: string, activation: string, backward: string, at: number): CosineData["lines"][number] => ({
    label,
    activation,
    backward,
    cosines: sigmas.map((_, i) => Array.from({ length: 12 }, (_each, image) => at + i * 0.05 + image / 100)),
  });
  return file("figure-cosine", "What gradients say of steps of a size", {
    sigmas,
    eps: 2 / 255,
    directions: 32,
    images: 12,
    lines: [
      line("k-WTA", "kwta:0.1", "exact", 0),
      line("k-WTA", "kwta:0.1", "gate:0.2", 0.3),
      line("ReLU", "relu", "exact", 0.7),
    ],
  });
}

function winners(): FigureFile<WinnersData> {
  const distances = [0.00001, 0.0001, 0.001, 0.01];
  const grid = (slope: number): number[][] =>
    distances.map((_, i) => Array.from({ length: 12 }, (_each, image) => slope * (i + 1) + image / 1000));
  const nets = [
    { label: "k-WTA", activation: "kwta:0.1", lost: grid(0.1), change: grid(0.12) },
    { label: "ReLU", activation: "relu", lost: grid(0.03), change: grid(0.05) },
  ];
  return file("figure-winners", "Winners and logits over the distance from an image", {
    distances,
    eps: 2 / 255,
    images: 12,
    nets,
  });
}

function gallery(): FigureFile<GalleryData> {
  const row = (
    label: string,
    activation: string,
    shares: readonly [number, number, number],
  ): GalleryData["rows"][number] => ({
    label,
    activation,
    hides: activation !== "relu",
    clean: standing(shares[0]),
    standard: standing(shares[1]),
    adaptive: standing(shares[2]),
  });
  return file("figure-gallery", "The family of k-WTA under two protocols", {
    eps: 2 / 255,
    protocols: { standard: "standard@1", adaptive: "adaptive@2" },
    rows: [
      row("ReLU ResNet18", "relu", [0.85, 0.18, 0.18]),
      row("k-WTA ResNet18, γ = 0.1", "kwta:0.1", [0.7, 0.3, 0.05]),
      row("stochastic-lwta:2 ResNet18 with a name that takes two lines", "stochastic-lwta:2", [0.75, 0.35, 0.1]),
    ],
  });
}

function strength(): FigureFile<StrengthData> {
  const steps = [1, 10, 40];
  const over = (...shares: readonly number[]): Standing[] => shares.map(standing);
  return file("figure-strength", "Strength of PGD and width of the net", {
    eps: 2 / 255,
    steps,
    nets: [
      {
        label: "k-WTA ResNet18",
        activation: "kwta:0.1",
        clean: standing(0.7),
        last: over(0.6, 0.5, 0.48),
        best: over(0.58, 0.4, 0.32),
        starts: over(0.32, 0.25, 0.2),
      },
      {
        label: "ReLU ResNet18",
        activation: "relu",
        clean: standing(0.8),
        last: over(0.5, 0.21, 0.2),
        best: over(0.5, 0.21, 0.2),
        starts: over(0.2, 0.2, 0.2),
      },
    ],
    widths: [8, 16, 32].map((width, i) => ({
      width,
      clean: standing(0.6 + 0.05 * i),
      weak: standing(0.4 + 0.1 * i),
      strong: standing(0.1 + 0.1 * i),
      gate: standing(0.04 + 0.03 * i),
    })),
  });
}

/** One valid file of each figure. */
export const files = {
  figure1: figure1(),
  figure2: figure2(),
  figure3: figure3(),
  figure4: figure4(),
  figure5: figure5(),
  figure6: figure6(),
  figure7: figure7(),
  gradients: gradients(),
  cosine: cosine(),
  winners: winners(),
  gallery: gallery(),
  strength: strength(),
};
