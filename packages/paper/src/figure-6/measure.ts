import { InputError, parseFraction } from "@kwta/core";
import { methodSettings, standard } from "@kwta/training";
import type { FigureSetup } from "../contract/figure.ts";
import type { FigureTools, Recipe } from "../contract/recipe.ts";
import type { Accuracies } from "../shared/accuracies/data.ts";
import {
  attackSeconds,
  labelsOf,
  measureAccuracies,
  type SweepSettings,
} from "../shared/accuracies/measure-accuracies.ts";
import { directNet, incrementalNet, type FromRun, type NetPlan, type NetSettings } from "../shared/nets.ts";
import type { Figure6Data, TrainingSweep } from "./data.ts";

/** How figure 6 attacks. */
export interface Figure6Settings {
  readonly attack: SweepSettings;
}

/** Those of a preset. */
export function settings({ preset }: FigureSetup): Figure6Settings {
  return { attack: { ...preset.attack, epsilons: [preset.scale.small] } };
}

/** One sparsity ratio, reached in both ways. */
interface Both {
  readonly gamma: number;
  readonly direct: NetSettings;
  readonly incremental: NetSettings;
}

/** Training at a small sparsity ratio directly, and through larger ones, for two architectures. */
export function recipe({ attack }: Figure6Settings, { preset, from, seed }: FigureSetup): Recipe<Figure6Data> {
  const { sweep: resnet, wideResNet } = preset.nets;
  const sweeps: (readonly Both[])[] = from === undefined ? [resnet, wideResNet].map(bothOf) : [bothOfRun(from)];
  const nets = sweeps.flat().flatMap(({ direct, incremental }) => [direct, incremental]);
  return {
    title: "Direct and incremental training over the sparsity ratio",
    settings: { attack, seed },
    nets,
    seconds: nets.length * attackSeconds(attack, resnet.msPerImage),
    async measure(tools) {
      const measured: MeasuredSweep[] = [];
      for (const sweep of sweeps) measured.push(await measureSweep(sweep, attack, 0.5 / sweeps.flat().length, tools));
      if (measured.every(({ rows }) => rows.length === 0)) throw new InputError("Figure 6 has no trained net yet.");
      const networks = measured
        .filter(({ rows }) => rows.length > 0)
        .flatMap(({ label, rows }) =>
          attack.epsilons.map((eps, i): TrainingSweep => ({
            label,
            eps: parseFraction(eps),
            rows: rows.map(({ gamma, direct, incremental }) => ({
              gamma,
              direct: direct?.[i] ?? null,
              incremental: incremental?.[i] ?? null,
            })),
          })),
        );
      return { attacks: labelsOf(attack), networks };
    },
  };
}

function bothOf(plan: NetPlan): Both[] {
  return [...plan.gammas]
    .sort((a, b) => a - b)
    .map((gamma) => ({ gamma, direct: directNet(plan, gamma), incremental: incrementalNet(plan, gamma) }));
}

/** The run's own nets, and direct trainings with the settings of its base. */
function bothOfRun({ net, kept }: FromRun): Both[] {
  if (kept.length === 0) {
    throw new InputError(
      `Figure 6 shows what incremental training does, and this run is of --method ${net.run.method.id}. ` +
        "Name a run of --method incremental.",
    );
  }
  const base = { ...net.run, method: methodSettings(standard) };
  const architecture = base.model.split("@")[0]!;
  return kept.map((incremental) => {
    const { gamma, label, activation, seconds } = incremental;
    const run = { ...base, model: `${architecture}@kwta:${gamma}` };
    return { gamma, incremental, direct: { label, architecture: net.architecture, activation, run, seconds } };
  });
}

interface MeasuredSweep {
  readonly label: string;
  readonly rows: readonly {
    readonly gamma: number;
    readonly direct: readonly Accuracies[] | null;
    readonly incremental: readonly Accuracies[] | null;
  }[];
}

async function measureSweep(
  sweep: readonly Both[],
  attack: SweepSettings,
  weight: number,
  tools: FigureTools,
): Promise<MeasuredSweep> {
  const there = await tools.available(sweep.flatMap(({ direct, incremental }) => [direct, incremental]));
  const measure = async (net: NetSettings): Promise<readonly Accuracies[] | null> =>
    there.includes(net) ? measureAccuracies(net, attack, weight, tools) : null;
  const rows: MeasuredSweep["rows"][number][] = [];
  for (const { gamma, ...nets } of sweep) {
    const direct = await measure(nets.direct);
    const incremental = await measure(nets.incremental);
    if (direct !== null || incremental !== null) rows.push({ gamma, direct, incremental });
  }
  return { label: sweep[0]!.direct.architecture, rows };
}
