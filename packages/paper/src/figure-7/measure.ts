import type { FigureSetup } from "../contract/figure.ts";
import type { Recipe } from "../contract/recipe.ts";
import { byPreset } from "../presets/index.ts";
import { adversarialNet, incrementalNet, shownAdversarialNet, shownNet, type NetSettings } from "../shared/nets.ts";
import type { SurfaceData } from "../shared/surfaces/data.ts";
import type { SurfaceSettings } from "../shared/surfaces/loss-surface.ts";
import { surfaceRecipe, surfaceSettings } from "../shared/surfaces/surface-recipe.ts";

/** The surfaces of figure 7. */
export interface Figure7Settings extends SurfaceSettings {
  /** Sparsity ratios of the ResNet, falling. */
  readonly resnet: readonly number[];
  /** Sparsity ratio of the ResNet that is trained adversarially: that of figure 5. */
  readonly adversarial: number;
  /** Of the DenseNet, at the sparsity ratios of its incremental training; the last one also trained adversarially. */
  readonly denseNet: readonly number[];
}

/** Those of a preset. */
export function settings(setup: FigureSetup): Figure7Settings {
  const gammas = byPreset("Figure 7", setup.preset, {
    smoke: { resnet: [0.3, 0.1], denseNet: [0.4, 0.3] },
    laptop: { resnet: [0.2, 0.1, 0.06], denseNet: [0.2, 0.1] },
    paper: { resnet: [0.2, 0.1, 0.05], denseNet: [0.2, 0.1] },
  });
  return { adversarial: 0.1, ...gammas, ...surfaceSettings(setup) };
}

/** Loss surfaces of two architectures over the sparsity ratio; the last net of each is trained adversarially. */
export function recipe(own: Figure7Settings, setup: FigureSetup): Recipe<SurfaceData> {
  const nets =
    setup.from === undefined ? presetNets(own, setup) : [...setup.from.kept].sort((a, b) => b.gamma - a.gamma);
  const shown = nets.length > 0 ? nets : [setup.from!.net];
  return surfaceRecipe("figure-7", "Loss surfaces over the sparsity ratio", shown, own, setup);
}

function presetNets(
  { resnet: gammas, adversarial, denseNet: denseGammas }: Figure7Settings,
  { preset }: FigureSetup,
): NetSettings[] {
  const { resnet, denseNet } = preset.nets;
  const last = denseGammas.at(-1)!;
  return [
    ...gammas.map((gamma) => shownNet(resnet, `kwta:${gamma}`)),
    shownAdversarialNet(resnet, `kwta:${adversarial}`),
    ...denseGammas.map((gamma) => incrementalNet(denseNet, gamma)),
    adversarialNet(denseNet, `kwta:${last}`),
  ];
}
