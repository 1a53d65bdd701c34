import { parseFraction } from "@kwta/core";
import { withoutPlaces, type RunSettings } from "@kwta/runs";
import type { FigureSetup } from "../contract/figure.ts";
import type { FigureTools, Recipe } from "../contract/recipe.ts";
import { byPreset } from "../presets/index.ts";
import { directNet, reluNet, shownNet, type NetPlan, type NetSettings } from "../shared/nets.ts";
import { chooseImages, takeImages } from "../shared/one-image.ts";
import type { Figure3Data, LogitPanel, LogitSmoothness, LossPath } from "./data.ts";
import { logitPaths, type LogitPath } from "./logit-path.ts";
import { largestJump, mean, roughness } from "./roughness.ts";
import { trainingPath, type PathSettings } from "./training-path.ts";

/** What figure 3 looks at. */
export interface Figure3Settings {
  /** Sparsity ratio of the k-WTA net. */
  readonly gamma: number;
  /** Sizes of the perturbation. */
  readonly epsilons: readonly string[];
  /** Gradient steps of PGD. */
  readonly attackSteps: number;
  /** Points along the perturbation, both ends included. */
  readonly points: number;
  /** Part (c); left out in the appendix. */
  readonly path?: PathSettings;
}

/** Those of a preset: the paper's size of the perturbation, or the one at which nets keep something. */
export function settings({ preset }: FigureSetup): Required<Figure3Settings> {
  const own = byPreset("Figure 3", preset, {
    smoke: {
      attackSteps: 30,
      points: 201,
      path: { below: 1.5, latest: 100, steps: 12, between: 8, images: 64 },
    },
    laptop: {
      attackSteps: 100,
      points: 501,
      path: { below: 1.5, latest: 2000, steps: 40, between: 10, images: 512 },
    },
    paper: {
      attackSteps: 100,
      points: 501,
      path: { below: 1, latest: 20_000, steps: 100, between: 10, images: 2048 },
    },
  });
  const { small, paper } = preset.scale;
  return { gamma: 0.1, epsilons: [paper ?? small], ...own };
}

/** The other sizes, for the appendix. */
export function appendixSettings(setup: FigureSetup): Figure3Settings {
  const { path: _, epsilons, ...others } = settings(setup);
  return { ...others, epsilons: setup.preset.scale.rising.filter((eps) => !epsilons.includes(eps)) };
}

/** Logits along an adversarial perturbation (a, b), and the loss along the path of training (c). */
export function recipe(own: Figure3Settings, { preset, from, seed }: FigureSetup): Recipe<Figure3Data> {
  const { resnet } = preset.nets;
  const nets = from === undefined ? [shownNet(resnet, `kwta:${own.gamma}`), shownNet(resnet, "relu")] : [from.net];
  const { epsilons, attackSteps, points, path } = own;
  // A training's step is three passes of a batch.
  const walk =
    path === undefined
      ? 0
      : path.steps * path.between * path.images + 3 * path.latest * (resnet.training.batchSize ?? 128);
  const walked = path === undefined ? [] : nets.map((net) => withoutPlaces(walkedRun(net, own.gamma, resnet)));
  const images = preset.images * epsilons.length * (2 * attackSteps + points) + walk;
  return {
    title: `Logits under attack${path === undefined ? "" : ", loss in training"} (ε = ${epsilons.join(", ")})`,
    settings: { ...own, images: preset.images, seed, ...(walked.length > 0 && { walked }) },
    nets,
    seconds: (images * nets.length * resnet.msPerImage) / 3000,
    async measure(tools) {
      const there = await tools.available(nets);
      const positions = await chooseImages("figure-3", there, preset.images, tools);
      const panels: LogitPanel[] = [];
      const smoothness: LogitSmoothness[] = [];
      for (const net of there) {
        const found = await measureLogits(net, positions, own, 0.45 / nets.length, tools);
        panels.push(...found.panels);
        smoothness.push(found.smoothness);
      }
      const training =
        path === undefined ? [] : await lossPaths(there, path, (net) => walkedRun(net, own.gamma, resnet), tools);
      const { classNames, test } = await tools.dataset(there[0]!);
      return { classNames, panels, smoothness, images: positions.map((each) => test.ids[each]!), training };
    },
  };
}

/** The training whose path is walked: that of the net, and where it is a pretrained one, as the plan would train it. */
function walkedRun(net: NetSettings, gamma: number, plan: NetPlan): RunSettings {
  if (net.pretrained === undefined) return net.run;
  return (net.activation === "relu" ? reluNet(plan) : directNet(plan, gamma)).run;
}

/** The path depends on the settings of a training alone, so it can be walked again, or without the training's end. */
async function lossPaths(
  nets: readonly NetSettings[],
  path: PathSettings,
  runOf: (net: NetSettings) => RunSettings,
  tools: FigureTools,
): Promise<LossPath[]> {
  const paths: LossPath[] = [];
  for (const net of nets) {
    const run = runOf(net);
    const walked = await tools.keep(
      "figure-3-path",
      [net],
      { path, run: withoutPlaces(run) },
      0.5 / nets.length,
      async (work) => trainingPath(run, await tools.dataset(net), { ...path, ...work }),
    );
    paths.push({ label: net.label, activation: net.activation, ...walked });
  }
  return paths;
}

interface MeasuredLogits {
  readonly panels: readonly LogitPanel[];
  readonly smoothness: LogitSmoothness;
}

/** Of all images the smoothness, of the first one the paths themselves. */
async function measureLogits(
  net: NetSettings,
  positions: readonly number[],
  { epsilons, attackSteps: steps, points }: Figure3Settings,
  weight: number,
  tools: FigureTools,
): Promise<MeasuredLogits> {
  const { label, activation } = net;
  const { seed } = tools;
  const key = { positions, epsilons, steps, points, seed };
  return tools.keep("figure-3-logits", [net], key, weight, (work) =>
    tools.withNet(net, async (model) => {
      const images = await takeImages(net, positions, tools);
      const panels: LogitPanel[] = [];
      const lines: LogitPath["logits"][number][][] = positions.map(() => []);
      try {
        for (const eps of epsilons.map(parseFraction)) {
          const paths = await logitPaths(model, images, { eps, steps, points, seed, ...work });
          for (const [i, { logits }] of paths.entries()) lines[i]!.push(...logits);
          panels.push({ label, activation, eps, image: images.ids[0]!, trueClass: images.labels[0]!, ...paths[0]! });
        }
      } finally {
        images.x.dispose();
      }
      const short = (value: number): number => Number(value.toPrecision(6));
      const jump = lines.map((of) => short(Math.max(...of.map(largestJump))));
      const rough = lines.map((of) => short(mean(of.map(roughness))));
      return { panels, smoothness: { label, activation, jump, roughness: rough } };
    }),
  );
}
