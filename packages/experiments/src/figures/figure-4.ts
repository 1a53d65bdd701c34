import { InputError } from "@kwta/core";
import type { Accuracies, AccuracyEstimate, FigureNote, GammaSweep } from "@kwta/viz";
import { attackLabels, measureAccuracies, percent, verdict } from "./_accuracies.ts";
import type { FigureSettings } from "./figure-settings.ts";
import { directNet, reluNet, type NetSettings } from "./net-settings.ts";
import type { Recipe } from "./recipe.ts";

/** Figure 4: accuracy without attack, under PGD and under an adaptive attack, over the sparsity ratio. */
export function figure4({ figure4: settings, nets: { resnet }, from, seed }: FigureSettings): Recipe<4> {
  const { attack } = settings;
  if (from !== undefined && from.kept.length < 2) {
    throw new InputError(
      "Figure 4 needs nets of several sparsity ratios, and this run kept one. Name a run of --method incremental.",
    );
  }
  const gammas = [...settings.gammas].sort((a, b) => a - b);
  const sweep: readonly { readonly gamma: number; readonly net: NetSettings }[] =
    from?.kept.map((net) => ({ gamma: net.gamma, net })) ??
    gammas.map((gamma) => ({ gamma, net: directNet(resnet, gamma) }));
  const relu = from === undefined ? reluNet(resnet) : undefined;
  const nets: NetSettings[] = [...sweep.map(({ net }) => net), ...(relu === undefined ? [] : [relu])];
  return {
    figure: 4,
    title: "Accuracy over the sparsity ratio",
    settings: { gammas: sweep.map(({ gamma }) => gamma), attack, seed },
    nets,
    seconds: nets.length * attackSeconds(attack, resnet.msPerImage),
    async measure(tools) {
      const measure = (net: NetSettings): Promise<readonly Accuracies[]> =>
        measureAccuracies(net, attack, 1 / nets.length, tools);
      const rows: { readonly gamma: number; readonly at: readonly Accuracies[] }[] = [];
      for (const { gamma, net } of sweep) rows.push({ gamma, at: await measure(net) });
      const beside = relu && (await measure(relu));
      const label = sweep[0]!.net.architecture;
      const networks = attack.epsilons.map(({ value: eps }, i): GammaSweep => ({
        label,
        eps,
        rows: rows.map(({ gamma, at }) => ({ gamma, ...at[i]! })),
        relu: beside?.[i] ?? null,
      }));
      const notes = [
        describeClean(networks[0]!),
        ...networks.flatMap((network, i) => describeAttacks(network, attack.epsilons[i]!.text)),
      ];
      return { data: { attacks: attackLabels(attack), networks }, notes };
    },
  };
}

/** What measuring one net takes, in seconds of one core: attacks end early, so about a third of the worst case. */
export function attackSeconds(
  { samples, steps, temperatures, epsilons }: FigureSettings["figure4"]["attack"],
  msPerImage: number,
): number {
  return (samples * steps * temperatures.length * 2 * epsilons.length * msPerImage) / 5000;
}

type Row = GammaSweep["rows"][number];

function describeClean({ rows }: GammaSweep): FigureNote {
  const [smallest, largest] = [rows[0]!, rows.at(-1)!];
  return {
    kind: verdict(largest.clean, smallest.clean),
    text: `Accuracy without attack is ${percent(smallest.clean)} at γ = ${smallest.gamma} and ${percent(largest.clean)} at γ = ${largest.gamma}.`,
  };
}

function describeAttacks({ rows, relu }: GammaSweep, eps: string): FigureNote[] {
  if (relu === null) return [];
  const best = (score: (row: Accuracies) => AccuracyEstimate): Row =>
    rows.reduce((a, b) => (score(b).value > score(a).value ? b : a));
  const underAdaptive = ({ adaptive, pgd }: Accuracies): AccuracyEstimate => adaptive ?? pgd;
  const seeming = best(({ pgd }) => pgd);
  const real = best(underAdaptive);
  const holds = verdict(underAdaptive(real), relu.pgd) === "agrees";
  return [
    {
      kind: verdict(seeming.pgd, relu.pgd),
      text: `At ε = ${eps}, PGD leaves at best ${percent(seeming.pgd)} of k-WTA (γ = ${seeming.gamma}) and ${percent(relu.pgd)} of ReLU.`,
    },
    {
      kind: holds ? "agrees" : "differs",
      text:
        `At ε = ${eps}, the adaptive attack, at the same cost, leaves at best ${percent(underAdaptive(real))} of k-WTA ` +
        `(γ = ${real.gamma}): ${holds ? "it keeps an advantage over ReLU." : "no advantage over ReLU is left."}`,
    },
  ];
}
