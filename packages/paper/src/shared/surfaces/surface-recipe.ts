import type { FigureSetup } from "../../contract/figure.ts";
import type { FigureTools, Recipe } from "../../contract/recipe.ts";
import { isAdversarial, type NetSettings } from "../nets.ts";
import { chooseImages, takeImage } from "../one-image.ts";
import type { LossSurface, SurfaceData } from "./data.ts";
import { lossSurface, type SurfaceSettings } from "./loss-surface.ts";
import { raggednessOf } from "./raggedness.ts";

/** The plane and the grid of a preset's surfaces. */
export function surfaceSettings({ preset }: FigureSetup): SurfaceSettings {
  return { extent: preset.scale.extent, points: preset.surfacePoints };
}

/**
 * A recipe that measures loss surfaces around the same images for several nets. Drawn are those around the image whose largest
 * loss, summed over the nets, is the median of all images: neither the calmest nor the wildest.
 */
export function surfaceRecipe(
  figure: string,
  title: string,
  nets: readonly NetSettings[],
  { extent, points }: SurfaceSettings,
  { preset, seed }: FigureSetup,
): Recipe<SurfaceData> {
  const surface = { extent, points };
  const costs = nets.map(({ architecture }) => {
    const plans = Object.values(preset.nets);
    const plan = plans.find(({ name }) => name === architecture) ?? preset.nets.resnet;
    return (preset.images * points ** 2 * plan.msPerImage) / 3000;
  });
  const seconds = costs.reduce((a, b) => a + b, 0);
  return {
    title,
    settings: { ...surface, images: preset.images, seed },
    nets,
    seconds,
    async measure(tools) {
      const there = await tools.available(nets);
      const positions = await chooseImages(figure, there, preset.images, tools);
      const measured: Measured[] = [];
      for (const net of there) {
        const weight = (0.95 * costs[nets.indexOf(net)]!) / seconds;
        measured.push({ net, grids: await measureSurfaces(net, positions, surface, weight, tools) });
      }
      const { classNames, test } = await tools.dataset(there[0]!);
      const shown = typical(measured);
      const position = positions[shown]!;
      return {
        images: positions.map((each) => test.ids[each]!),
        sample: { index: test.ids[position]!, className: classNames[test.labels[position]!]! },
        surfaces: measured.map(({ net, grids }) => surfaceOf(net, grids[shown]!, grids)),
      };
    },
  };
}

type Grid = Pick<LossSurface, "random" | "gradient" | "loss">;

interface Measured {
  readonly net: NetSettings;
  /** One for each image. */
  readonly grids: readonly Grid[];
}

/** The image whose largest losses, summed over the nets, are the median; of two in the middle the lower one. */
function typical(measured: readonly Measured[]): number {
  const largest = ({ loss }: Grid): number => loss.flat().reduce<number>((a, b) => Math.max(a, b ?? 0), 0);
  const height = (image: number): number => measured.reduce((sum, { grids }) => sum + largest(grids[image]!), 0);
  const rising = [...measured[0]!.grids.keys()].sort((a, b) => height(a) - height(b) || a - b);
  return rising[Math.floor((rising.length - 1) / 2)]!;
}

function surfaceOf(net: NetSettings, shown: Grid, grids: readonly Grid[]): LossSurface {
  const { label, architecture: model, activation } = net;
  const training = isAdversarial(net) ? "adversarial" : "standard";
  return { label, model, activation, training, ...shown, raggedness: raggednessOf(grids) };
}

async function measureSurfaces(
  net: NetSettings,
  positions: readonly number[],
  surface: SurfaceSettings,
  weight: number,
  tools: FigureTools,
): Promise<readonly Grid[]> {
  const { seed } = tools;
  return tools.keep("loss-surfaces", [net], { positions, surface, seed }, weight, (work) =>
    tools.withNet(net, async (model) => {
      const grids: Grid[] = [];
      for (const position of positions) {
        const image = await takeImage(net, position, tools);
        try {
          grids.push(await lossSurface(model, image, { ...surface, seed, ...work }));
        } finally {
          image.x.dispose();
        }
      }
      return grids;
    }),
  );
}
