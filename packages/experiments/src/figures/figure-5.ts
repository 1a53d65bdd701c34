import type { FigureNote, LossSurface } from "@kwta/viz";
import { netKey } from "./_accuracies.ts";
import { lossSurface, raggedness } from "./_loss-surface.ts";
import { chooseImage, takeImage } from "./_one-image.ts";
import type { FigureSettings } from "./figure-settings.ts";
import { adversarialNet, directNet, reluNet, type NetSettings } from "./net-settings.ts";
import type { FigureTools, Recipe } from "./recipe.ts";

/** Figure 5: the loss around one image: k-WTA and ReLU, each trained naturally and adversarially. */
export function figure5(settings: FigureSettings): Recipe<5> {
  const {
    figure5: own,
    nets: { resnet },
    from,
  } = settings;
  const nets =
    from === undefined
      ? [
          directNet(resnet, own.gamma),
          adversarialNet(resnet, `kwta:${own.gamma}`, own.gamma),
          reluNet(resnet),
          adversarialNet(resnet, "relu"),
        ]
      : [from.net];
  return surfaceRecipe(5, "Loss surfaces around one image", nets, settings, (surfaces) => {
    const [natural, adversarial, relu, reluAdversarial] = surfaces;
    if (natural === undefined || adversarial === undefined || relu === undefined || reluAdversarial === undefined)
      return [];
    return [
      compare(natural, relu, "trained naturally"),
      compare(adversarial, reluAdversarial, "trained adversarially"),
    ];
  });
}

/** A recipe that measures loss surfaces around the same image for several nets. */
export function surfaceRecipe<N extends 5 | 7>(
  figure: N,
  title: string,
  nets: readonly NetSettings[],
  { surface, seed, nets: plans }: FigureSettings,
  describe: (surfaces: readonly LossSurface[]) => FigureNote[],
): Recipe<N> {
  const name = `figure-${figure}`;
  const costs = nets.map(({ architecture }) => {
    const plan = Object.values(plans).find((each) => each.name === architecture) ?? plans.resnet;
    return (surface.points ** 2 * plan.msPerImage) / 3000;
  });
  const seconds = costs.reduce((a, b) => a + b, 0);
  return {
    figure,
    title,
    settings: { ...surface, seed },
    nets,
    seconds,
    async measure(tools) {
      const position = await chooseImage(name, nets, tools);
      const surfaces: LossSurface[] = [];
      for (const [i, net] of nets.entries()) {
        surfaces.push(await measureSurface(net, position, surface, (0.95 * costs[i]!) / seconds, tools));
      }
      const { classNames, test } = await tools.dataset(nets[0]!);
      const sample = { index: test.ids[position]!, className: classNames[test.labels[position]!]! };
      const ragged = surfaces.map((each): FigureNote => ({
        kind: "note",
        text: `${each.label}: raggedness ${percent(raggedness(each))} of the range.`,
      }));
      return { data: { sample, surfaces }, notes: [...describe(surfaces), ...ragged] } as Awaited<
        ReturnType<Recipe<N>["measure"]>
      >;
    },
  };
}

function measureSurface(
  net: NetSettings,
  position: number,
  surface: FigureSettings["surface"],
  weight: number,
  tools: FigureTools,
): Promise<LossSurface> {
  const { label, architecture, activation, run } = net;
  const training = run.method === "adversarial" ? "adversarial" : "natural";
  const { seed } = tools;
  // Figures that show the same net around the same image share the surface.
  const key = { net: netKey(net), position, surface, seed };
  return tools
    .keep("loss-surface", key, weight, (work) =>
      tools.withNet(net, async (model) => {
        const image = await takeImage(net, position, tools);
        try {
          return await lossSurface(model, image, { ...surface, seed, ...work });
        } finally {
          image.x.dispose();
        }
      }),
    )
    .then((measured) => ({ label, model: architecture, activation, training, ...measured }));
}

/** Whether the surface of k-WTA is the more ragged one, as the paper shows it. */
function compare(kwta: LossSurface, relu: LossSurface, trained: string): FigureNote {
  const [own, other] = [raggedness(kwta), raggedness(relu)];
  return {
    kind: own > 2 * other ? "agrees" : "differs",
    text: `${trained[0]!.toUpperCase()}${trained.slice(1)}, the loss of k-WTA differs from the mean of its neighbours by ${percent(own)} of the range on average, that of ReLU by ${percent(other)}.`,
  };
}

function percent(value: number): string {
  return `${(100 * value).toPrecision(2)} %`;
}
