import { parseFraction } from "@kwta/core";
import type { FigureSetup } from "../contract/figure.ts";
import type { FigureTools, Recipe } from "../contract/recipe.ts";
import { byPreset } from "../presets/index.ts";
import { directNet, reluNet, type NetSettings } from "../shared/nets.ts";
import { chooseImage, takeImage } from "../shared/one-image.ts";
import type { Figure3Data, LogitPanel, LossPath } from "./data.ts";
import { logitPath } from "./logit-path.ts";
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
  readonly path: PathSettings;
}

/** Those of a preset. */
export function settings({ preset }: FigureSetup): Figure3Settings {
  const path = byPreset("Figure 3", preset, {
    smoke: { steps: 40, between: 4, images: 64 },
    small: { steps: 60, between: 4, images: 128 },
  });
  return { gamma: 0.1, epsilons: preset.scale.rising, attackSteps: 100, points: 501, path };
}

/** Logits along an adversarial perturbation (a, b), and the loss along the path of training (c). */
export function recipe(own: Figure3Settings, { preset, from, seed }: FigureSetup): Recipe<Figure3Data> {
  const { resnet } = preset.nets;
  const nets = from === undefined ? [directNet(resnet, own.gamma), reluNet(resnet)] : [from.net];
  const { epsilons, attackSteps, points, path } = own;
  const images = epsilons.length * (2 * attackSteps + points) + path.steps * (3 + path.between) * path.images;
  return {
    title: `Logits under attack, loss in training (ε = ${epsilons.join(", ")})`,
    settings: { ...own, seed },
    nets,
    seconds: (images * nets.length * resnet.msPerImage) / 3000,
    async measure(tools) {
      const image = await chooseImage("figure-3", nets, tools);
      const panels: LogitPanel[] = [];
      const training: LossPath[] = [];
      for (const net of nets) panels.push(...(await logitPanels(net, image, own, nets.length, tools)));
      for (const net of nets) {
        const { label, activation, run } = net;
        // The path depends on the settings of the training alone, so it can be walked again.
        const walked = await tools.keep("figure-3-path", [net], { path }, 0.5 / nets.length, async (work) =>
          trainingPath(run, await tools.dataset(net), { ...path, ...work }),
        );
        training.push({ label, activation, ...walked });
      }
      const { classNames } = await tools.dataset(nets[0]!);
      return { classNames, panels, training };
    },
  };
}

async function logitPanels(
  net: NetSettings,
  position: number,
  { epsilons, attackSteps: steps, points }: Figure3Settings,
  nets: number,
  tools: FigureTools,
): Promise<LogitPanel[]> {
  const { label, activation } = net;
  const key = { position, epsilons, steps, points, seed: tools.seed };
  const found = await tools.keep("figure-3-logits", [net], key, 0.45 / nets, ({ signal }) =>
    tools.withNet(net, async (model) => {
      const image = await takeImage(net, position, tools);
      try {
        const paths = [];
        for (const eps of epsilons.map(parseFraction)) {
          paths.push({ eps, ...(await logitPath(model, image, { eps, steps, points, seed: tools.seed, signal })) });
        }
        return { image: image.id, trueClass: image.label, paths };
      } finally {
        image.x.dispose();
      }
    }),
  );
  const { image, trueClass } = found;
  return found.paths.map((path) => ({ label, activation, image, trueClass, ...path }));
}
