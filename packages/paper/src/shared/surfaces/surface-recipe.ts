import type { FigureSetup } from "../../contract/figure.ts";
import type { FigureTools, Recipe } from "../../contract/recipe.ts";
import { isAdversarial, type NetSettings } from "../nets.ts";
import { chooseImage, takeImage } from "../one-image.ts";
import type { LossSurface, SurfaceData } from "./data.ts";
import { lossSurface, type SurfaceSettings } from "./loss-surface.ts";

/** The plane and the grid of a preset's surfaces. */
export function surfaceSettings({ preset }: FigureSetup): SurfaceSettings {
  return { extent: preset.scale.extent, points: preset.surfacePoints };
}

/** A recipe that measures loss surfaces around the same image for several nets. */
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
    return (points ** 2 * plan.msPerImage) / 3000;
  });
  const seconds = costs.reduce((a, b) => a + b, 0);
  return {
    title,
    settings: { ...surface, seed },
    nets,
    seconds,
    async measure(tools) {
      const position = await chooseImage(figure, nets, tools);
      const surfaces: LossSurface[] = [];
      for (const [i, net] of nets.entries()) {
        surfaces.push(await measureSurface(net, position, surface, (0.95 * costs[i]!) / seconds, tools));
      }
      const { classNames, test } = await tools.dataset(nets[0]!);
      const sample = { index: test.ids[position]!, className: classNames[test.labels[position]!]! };
      return { sample, surfaces };
    },
  };
}

async function measureSurface(
  net: NetSettings,
  position: number,
  surface: SurfaceSettings,
  weight: number,
  tools: FigureTools,
): Promise<LossSurface> {
  const { label, architecture, activation } = net;
  const { seed } = tools;
  // Figures that show the same net around the same image share the surface.
  const measured = await tools.keep("loss-surface", [net], { position, surface, seed }, weight, (work) =>
    tools.withNet(net, async (model) => {
      const image = await takeImage(net, position, tools);
      try {
        return await lossSurface(model, image, { ...surface, seed, ...work });
      } finally {
        image.x.dispose();
      }
    }),
  );
  const training = isAdversarial(net) ? "adversarial" : "standard";
  return { label, model: architecture, activation, training, ...measured };
}
