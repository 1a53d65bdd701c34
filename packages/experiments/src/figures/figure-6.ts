import { InputError } from "@kwta/core";
import type { Accuracies, FigureNote, TrainingSweep } from "@kwta/viz";
import { attackLabels, measureAccuracies, percent, verdict } from "./_accuracies.ts";
import type { FigureSettings } from "./figure-settings.ts";
import { attackSeconds } from "./figure-4.ts";
import { directNet, incrementalNet, type NetPlan, type NetSettings } from "./net-settings.ts";
import type { FigureTools, Recipe } from "./recipe.ts";

/** One sparsity ratio, reached in both ways. */
interface Both {
  readonly gamma: number;
  readonly direct: NetSettings;
  readonly incremental: NetSettings;
}

/** Figure 6: training at a small sparsity ratio directly, and through larger ones, for two architectures. */
export function figure6({ figure6: { attack }, nets: plans, from, seed }: FigureSettings): Recipe<6> {
  const sweeps: (readonly Both[])[] =
    from === undefined ? [plans.resnet, plans.wideResNet].map(bothOf) : [bothOfRun(from)];
  const nets = sweeps.flat().flatMap(({ direct, incremental }) => [direct, incremental]);
  return {
    figure: 6,
    title: "Direct and incremental training over the sparsity ratio",
    settings: { attack, seed },
    nets,
    seconds: nets.length * attackSeconds(attack, plans.resnet.msPerImage),
    async measure(tools) {
      const measured: MeasuredSweep[] = [];
      for (const sweep of sweeps) measured.push(await measureSweep(sweep, attack, 0.5 / sweeps.flat().length, tools));
      const networks = measured.flatMap(({ label, rows }) =>
        attack.epsilons.map(({ value: eps }, i): TrainingSweep => ({
          label,
          eps,
          rows: rows.map(({ gamma, direct, incremental }) => ({
            gamma,
            direct: direct[i]!,
            incremental: incremental[i]!,
          })),
        })),
      );
      const notes = networks.filter((_, i) => i % attack.epsilons.length === 0).map(describe);
      return { data: { attacks: attackLabels(attack), networks }, notes };
    },
  };
}

function bothOf(plan: NetPlan): Both[] {
  return [...plan.gammas]
    .sort((a, b) => a - b)
    .map((gamma) => ({ gamma, direct: directNet(plan, gamma), incremental: incrementalNet(plan, gamma) }));
}

/** The run's own nets, and direct trainings with the settings of its base. */
function bothOfRun({ net, kept }: NonNullable<FigureSettings["from"]>): Both[] {
  if (net.run.method !== "incremental") {
    throw new InputError(
      `Figure 6 shows what incremental training does, and this run is of --method ${net.run.method}. ` +
        "Name a run of --method incremental.",
    );
  }
  const { incremental: _, ...base } = net.run;
  const architecture = base.model.split("@")[0]!;
  return kept.map((incremental) => {
    const { gamma, label, activation, seconds } = incremental;
    const run = { ...base, model: `${architecture}@kwta:${gamma}`, method: "natural" } as const;
    return { gamma, incremental, direct: { label, architecture: net.architecture, activation, run, seconds } };
  });
}

interface MeasuredSweep {
  readonly label: string;
  readonly rows: readonly {
    readonly gamma: number;
    readonly direct: readonly Accuracies[];
    readonly incremental: readonly Accuracies[];
  }[];
}

async function measureSweep(
  sweep: readonly Both[],
  attack: FigureSettings["figure6"]["attack"],
  weight: number,
  tools: FigureTools,
): Promise<MeasuredSweep> {
  const rows: MeasuredSweep["rows"][number][] = [];
  for (const { gamma, ...nets } of sweep) {
    const direct = await measureAccuracies(nets.direct, attack, weight, tools);
    const incremental = await measureAccuracies(nets.incremental, attack, weight, tools);
    rows.push({ gamma, direct, incremental });
  }
  return { label: sweep[0]!.direct.architecture, rows };
}

function describe({ label, rows }: TrainingSweep): FigureNote {
  const { gamma, direct, incremental } = rows[0]!;
  const kind = verdict(incremental.clean, direct.clean);
  return {
    kind,
    text:
      `${label} at γ = ${gamma}: ${percent(incremental.clean)} of the images are classified correctly after incremental ` +
      `training and ${percent(direct.clean)} after direct training` +
      (kind === "note" ? `, which ${direct.clean.count} images cannot tell apart.` : "."),
  };
}
