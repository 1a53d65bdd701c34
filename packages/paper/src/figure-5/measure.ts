import type { FigureSetup } from "../contract/figure.ts";
import type { Recipe } from "../contract/recipe.ts";
import { shownAdversarialNet, shownNet } from "../shared/nets.ts";
import type { SurfaceData } from "../shared/surfaces/data.ts";
import type { SurfaceSettings } from "../shared/surfaces/loss-surface.ts";
import { surfaceRecipe, surfaceSettings } from "../shared/surfaces/surface-recipe.ts";

/** The surfaces of figure 5. */
export interface Figure5Settings extends SurfaceSettings {
  /** Sparsity ratio of the k-WTA nets. */
  readonly gamma: number;
}

/** Those of a preset. */
export function settings(setup: FigureSetup): Figure5Settings {
  return { gamma: 0.1, ...surfaceSettings(setup) };
}

/** The loss around one image: k-WTA and ReLU, each of standard and of adversarial training. */
export function recipe(own: Figure5Settings, setup: FigureSetup): Recipe<SurfaceData> {
  const { gamma } = own;
  const { resnet } = setup.preset.nets;
  const nets =
    setup.from === undefined
      ? [
          shownNet(resnet, `kwta:${gamma}`),
          shownAdversarialNet(resnet, `kwta:${gamma}`),
          shownNet(resnet, "relu"),
          shownAdversarialNet(resnet, "relu"),
        ]
      : [setup.from.net];
  return surfaceRecipe("figure-5", "Loss surfaces around one image", nets, own, setup);
}
