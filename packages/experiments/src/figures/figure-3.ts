import type { Figure3Data, FigureNote, LogitPanel, LossPath } from "@kwta/viz";
import { netKey } from "./_accuracies.ts";
import { logitPath } from "./_logit-path.ts";
import { chooseImage, takeImage } from "./_one-image.ts";
import { largestJump, scatter, trainingPath } from "./_training-path.ts";
import type { FigureSettings } from "./figure-settings.ts";
import { directNet, reluNet, type NetSettings } from "./net-settings.ts";
import type { FigureTools, Recipe } from "./recipe.ts";

/** Figure 3: logits along an adversarial perturbation (a, b), and the loss along the path of training (c). */
export function figure3({ figure3: settings, nets: { resnet }, from, seed }: FigureSettings): Recipe<3> {
  const nets = from === undefined ? [directNet(resnet, settings.gamma), reluNet(resnet)] : [from.net];
  const { epsilons, attackSteps, points, path } = settings;
  const images = epsilons.length * (2 * attackSteps + points) + path.steps * (3 + path.between) * path.images;
  return {
    figure: 3,
    title: `Logits under attack, loss in training (ε = ${epsilons.map(({ text }) => text).join(", ")})`,
    settings: { ...settings, seed },
    nets,
    seconds: (images * nets.length * resnet.msPerImage) / 3000,
    async measure(tools) {
      const image = await chooseImage("figure-3", nets, tools);
      const panels: LogitPanel[] = [];
      const training: LossPath[] = [];
      for (const net of nets) panels.push(...(await logitPanels(net, image, settings, nets.length, tools)));
      for (const net of nets) {
        const { label, activation } = net;
        // The path depends on the settings of the training alone, so it can be walked again.
        const walked = await tools.keep("figure-3-path", { run: startOf(net), path }, 0.5 / nets.length, async (work) =>
          trainingPath(startOf(net), await tools.dataset(net), { ...path, ...work }),
        );
        training.push({ label, activation, ...walked });
      }
      const { classNames } = await tools.dataset(nets[0]!);
      const data: Figure3Data = { classNames, panels, training };
      return { data, notes: describe(data) };
    },
  };
}

async function logitPanels(
  net: NetSettings,
  position: number,
  { epsilons, attackSteps: steps, points }: FigureSettings["figure3"],
  nets: number,
  tools: FigureTools,
): Promise<LogitPanel[]> {
  const { label, activation } = net;
  const key = { net: netKey(net), position, epsilons, steps, points, seed: tools.seed };
  const measured = await tools.keep("figure-3-logits", key, 0.45 / nets, ({ signal }) =>
    tools.withNet(net, async (model) => {
      const image = await takeImage(net, position, tools);
      try {
        const paths = [];
        for (const { value: eps } of epsilons) {
          paths.push({ eps, ...(await logitPath(model, image, { eps, steps, points, seed: tools.seed, signal })) });
        }
        return { image: image.id, trueClass: image.label, paths };
      } finally {
        image.x.dispose();
      }
    }),
  );
  const { image, trueClass } = measured;
  return measured.paths.map((path) => ({ label, activation, image, trueClass, ...path }));
}

/** An incremental training walks first where its base does. */
function startOf({ run }: NetSettings): NetSettings["run"] {
  const { incremental: _, ...rest } = run;
  return run.method === "incremental" ? { ...rest, method: "natural" } : run;
}

function describe({ panels, training }: Figure3Data): FigureNote[] {
  const isRelu = ({ activation }: { readonly activation: string }): boolean => activation === "relu";
  const jump = (all: readonly LogitPanel[]): number =>
    Math.max(...all.flatMap(({ logits }) => logits.map(largestJump)));
  const notes: FigureNote[] = [];
  const [kwta, relu] = [panels.filter((panel) => !isRelu(panel)), panels.filter(isRelu)];
  if (kwta.length > 0 && relu.length > 0) {
    const [own, other] = [jump(kwta), jump(relu)];
    notes.push({
      kind: own > 3 * other ? "agrees" : "differs",
      text:
        `From one of ${panels[0]!.sizes.length} points to the next, a logit of the k-WTA net changes by up to ${share(own)} of its ` +
        `range, one of the ReLU net by up to ${share(other)}.`,
    });
  }
  const rough = training.map(({ loss }) => scatter(loss) / (loss[0] ?? Number.NaN));
  const ofEach = training.map(({ label }, i) => `${share(rough[i]!)} (${label})`).join(" and ");
  const [walk, beside] = training.map(isRelu).includes(true) ? rough : [];
  notes.push({
    kind: walk === undefined || beside === undefined ? "note" : walk < 3 * beside ? "agrees" : "differs",
    text: `Along the path of training the loss differs from the mean of its neighbours by ${ofEach} of what it is at the start, on average.`,
  });
  return notes;
}

function share(value: number): string {
  return `${(100 * value).toPrecision(2)} %`;
}
