import { InputError, parseFraction } from "@kwta/core";
import type { FigureSetup } from "../contract/figure.ts";
import type { Recipe } from "../contract/recipe.ts";
import { byPreset } from "../presets/index.ts";
import type { Accuracies } from "../shared/accuracies/data.ts";
import {
  attackSeconds,
  labelsOf,
  measureAccuracies,
  type SweepSettings,
} from "../shared/accuracies/measure-accuracies.ts";
import { directNet, reluNet, type NetSettings } from "../shared/nets.ts";
import type { Figure4Data, GammaSweep } from "./data.ts";

/** What figure 4 sweeps over. */
export interface Figure4Settings {
  /** In the order of work: a sweep that was stopped has its ends and a middle first. */
  readonly gammas: readonly number[];
  readonly attack: SweepSettings;
}

/** Those of a preset. */
export function settings({ preset }: FigureSetup): Figure4Settings {
  const gammas = byPreset("Figure 4", preset, {
    smoke: [0.1, 0.2, 0.3],
    laptop: [0.3, 0.1, 0.025, 0.05, 0.15, 0.075, 0.2],
    paper: [0.01, 0.03, 0.05, 0.07, 0.1, 0.2, 0.3],
  });
  return { gammas, attack: { ...preset.attack, epsilons: preset.scale.rising } };
}

/** Accuracy without attack, under PGD and under an adaptive attack, over the sparsity ratio. */
export function recipe({ gammas, attack }: Figure4Settings, { preset, from, seed }: FigureSetup): Recipe<Figure4Data> {
  const { sweep: plan } = preset.nets;
  if (from !== undefined && from.kept.length < 2) {
    throw new InputError(
      "Figure 4 needs nets of several sparsity ratios, and this run kept one. Name a run of --method incremental.",
    );
  }
  const sweep: readonly { readonly gamma: number; readonly net: NetSettings }[] =
    from?.kept.map((net) => ({ gamma: net.gamma, net })) ??
    gammas.map((gamma) => ({ gamma, net: directNet(plan, gamma) }));
  const relu = from === undefined ? reluNet(plan) : undefined;
  const nets: NetSettings[] = [...(relu === undefined ? [] : [relu]), ...sweep.map(({ net }) => net)];
  return {
    title: "Accuracy over the sparsity ratio",
    settings: { gammas: sweep.map(({ gamma }) => gamma).sort((a, b) => a - b), attack, seed },
    nets,
    seconds: nets.length * attackSeconds(attack, plan.msPerImage),
    async measure(tools) {
      const there = await tools.available(nets);
      const measure = (net: NetSettings): Promise<readonly Accuracies[]> =>
        measureAccuracies(net, attack, 1 / nets.length, tools);
      const beside = relu !== undefined && there.includes(relu) ? await measure(relu) : undefined;
      const rows: { readonly gamma: number; readonly at: readonly Accuracies[] }[] = [];
      for (const { gamma, net } of sweep) if (there.includes(net)) rows.push({ gamma, at: await measure(net) });
      if (rows.length === 0)
        throw new InputError("Figure 4 has no k-WTA net yet: train the nets of its sparsity ratios.");
      rows.sort((a, b) => a.gamma - b.gamma);
      const label = sweep[0]!.net.architecture;
      const networks = attack.epsilons.map((eps, i): GammaSweep => ({
        label,
        eps: parseFraction(eps),
        rows: rows.map(({ gamma, at }) => ({ gamma, ...at[i]! })),
        relu: beside?.[i] ?? null,
      }));
      return { attacks: labelsOf(attack), networks };
    },
  };
}
