import type { FigureNote, LossSurface } from "@kwta/viz";
import { raggedness } from "./_loss-surface.ts";
import type { FigureSettings } from "./figure-settings.ts";
import { surfaceRecipe } from "./figure-5.ts";
import { adversarialNet, directNet, incrementalNet } from "./net-settings.ts";
import type { Recipe } from "./recipe.ts";

/** Figure 7: loss surfaces of two architectures over the sparsity ratio; the last net is trained adversarially. */
export function figure7(settings: FigureSettings): Recipe<7> {
  const {
    figure7: own,
    nets: { resnet, denseNet },
    from,
  } = settings;
  const last = own.denseNet.at(-1)!;
  const nets =
    from === undefined
      ? [
          ...own.resnet.map((gamma) => directNet(resnet, gamma)),
          ...own.denseNet.map((gamma) => incrementalNet(denseNet, gamma)),
          adversarialNet(denseNet, `kwta:${last}`, last),
        ]
      : [...from.kept].sort((a, b) => b.gamma - a.gamma);
  const shown = nets.length > 0 ? nets : [from!.net];
  return surfaceRecipe(7, "Loss surfaces over the sparsity ratio", shown, settings, (surfaces) =>
    [...new Set(surfaces.map(({ model }) => model))].flatMap((model) =>
      describe(surfaces.filter((each) => each.model === model && each.training === "natural")),
    ),
  );
}

function describe(surfaces: readonly LossSurface[]): FigureNote[] {
  if (surfaces.length < 2) return [];
  const [first, last] = [surfaces[0]!, surfaces.at(-1)!];
  const rougher = raggedness(last) > raggedness(first);
  return [
    {
      kind: rougher ? "agrees" : "differs",
      text: `${first.model}: the surface is ${rougher ? "more" : "not more"} ragged at the smallest sparsity ratio (${last.activation.split(":")[1]}) than at the largest (${first.activation.split(":")[1]}).`,
    },
  ];
}
