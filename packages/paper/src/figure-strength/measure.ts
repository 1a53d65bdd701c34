import { adaptive, lastIterate, pgd, predict, runAttack, threatModel, type AttackResult } from "@kwta/attacks";
import { keyedRandom, parseFraction, type LongWork } from "@kwta/core";
import { refuseRun, type FigureSetup } from "../contract/figure.ts";
import type { FigureTools, Recipe } from "../contract/recipe.ts";
import { atMost, byPreset } from "../presets/index.ts";
import type { Standing } from "../shared/accuracies/data.ts";
import { withVictim, type Victim } from "../shared/attacked-images.ts";
import { directNet, shownNet, type NetPlan, type NetSettings } from "../shared/nets.ts";
import { WEAK, type StrengthData, type StrengthLine, type WidthRow } from "./data.ts";

/** What the figure of strength varies. */
export interface StrengthSettings {
  /** Sparsity ratio of the k-WTA nets. */
  readonly gamma: number;
  readonly eps: string;
  /** Test images, classes in their proportions. */
  readonly samples: number;
  /** Rising; the last one is that of all starts. */
  readonly steps: readonly number[];
  readonly stepSize: string;
  readonly starts: number;
  readonly temperatures: readonly number[];
  /** Channels of the first block of k-WTA nets that are trained alike. */
  readonly widths: readonly number[];
}

/** Those of a preset. */
export function settings({ preset }: FigureSetup): StrengthSettings {
  const own = byPreset<Pick<StrengthSettings, "samples" | "steps" | "starts" | "widths">>(
    "the figure of strength",
    preset,
    {
      smoke: { samples: 30, steps: [1, 3, 10, 20], starts: 3, widths: [4, 8] },
      laptop: { samples: 500, steps: [1, 2, 5, 10, 20, 40, 100], starts: 10, widths: [8, 16, 32, 64] },
      paper: { samples: 2000, steps: [1, 2, 5, 10, 20, 40, 100], starts: 25, widths: [16, 32, 64] },
    },
  );
  const { scale, attack } = preset;
  return {
    gamma: 0.1,
    eps: scale.small,
    stepSize: "0.25 eps",
    temperatures: attack.temperatures,
    ...own,
    samples: atMost(own.samples, preset),
  };
}

/** Accuracy over steps and starts of PGD, by its last or its best point, and over the width of the net. */
export function recipe(own: StrengthSettings, setup: FigureSetup): Recipe<StrengthData> {
  refuseRun("The figure of strength", setup);
  const { preset, seed } = setup;
  const shown = [shownNet(preset.nets.resnet, `kwta:${own.gamma}`), shownNet(preset.nets.resnet, "relu")];
  const wide = own.widths.map((width) => ({ width, net: directNet(ofWidth(preset.nets.sweep, width), own.gamma) }));
  const nets = [...shown, ...wide.map(({ net }) => net)];
  const most = own.steps.at(-1)! * own.starts;
  return {
    title: `Strength of PGD and width of the net (ε = ${own.eps})`,
    settings: { ...own, seed },
    nets,
    seconds: (nets.length * own.samples * 2 * most * preset.nets.sweep.msPerImage) / 4000,
    async measure(tools) {
      const there = await tools.available(nets);
      const lines: StrengthLine[] = [];
      for (const net of shown) if (there.includes(net)) lines.push(await measureLine(net, own, 1 / nets.length, tools));
      const widths: WidthRow[] = [];
      for (const { width, net } of wide) {
        if (there.includes(net)) widths.push({ width, ...(await measureWidth(net, own, 1 / nets.length, tools)) });
      }
      return { eps: parseFraction(own.eps), steps: own.steps, nets: lines, widths };
    },
  };
}

/** The same plan with another number of channels; an architecture that names none has the paper's 64. */
function ofWidth(plan: NetPlan, width: number): NetPlan {
  const own = Number(/-w(\d+)/.exec(plan.architecture)?.[1] ?? 64);
  const architecture = plan.architecture.replace(/-w\d+|$/, `-w${width}`);
  return {
    ...plan,
    name: `${plan.name} of width ${width}`,
    architecture,
    msPerImage: plan.msPerImage * (width / own) ** 1.5,
  };
}

async function measureLine(
  net: NetSettings,
  own: StrengthSettings,
  weight: number,
  tools: FigureTools,
): Promise<StrengthLine> {
  const { label, activation } = net;
  const found = await tools.keep("strength", [net], { own: withoutWidths(own), seed: tools.seed }, weight, (work) =>
    withVictim(net, own.samples, tools, async (victim) => {
      const strong = await runPgd("pgd", victim, own, tools.seed, work);
      const last: Standing[] = [];
      for (const steps of own.steps) last.push(await lastPoint(victim, steps, own, tools.seed, work));
      const [steps, starts] = [own.steps.at(-1)!, own.starts];
      // A start asks about its first point too.
      const asked = steps + 1;
      return {
        clean: standing(strong, () => true),
        last,
        best: own.steps.map((count) => standing(strong, (at) => at > count + 1)),
        starts: Array.from({ length: starts }, (_, i) => standing(strong, (at) => at > asked * (i + 1))),
      };
    }),
  );
  return { label, activation, ...found };
}

async function measureWidth(
  net: NetSettings,
  own: StrengthSettings,
  weight: number,
  tools: FigureTools,
): Promise<Omit<WidthRow, "width">> {
  return tools.keep("strength-width", [net], { own: withoutWidths(own), seed: tools.seed }, weight, (work) =>
    withVictim(net, own.samples, tools, async (victim) => {
      const strong = await runPgd("pgd", victim, own, tools.seed, work);
      const gate = await runPgd("gate", victim, own, tools.seed, work);
      const weak = await lastPoint(victim, WEAK, own, tools.seed, work);
      const [left, leftBoth] = [standing(strong), standing(gate)];
      return {
        clean: standing(strong, () => true),
        weak,
        strong: left,
        gate: { n: left.n, wrong: [...new Set([...left.wrong, ...leftBoth.wrong])].sort((a, b) => a - b) },
      };
    }),
  );
}

/** What one net gives does not depend on which others there are. */
function withoutWidths(own: StrengthSettings): Omit<StrengthSettings, "widths"> {
  const { widths: _, ...others } = own;
  return others;
}

type Outcome = Pick<AttackResult, "success" | "cleanCorrect" | "firstSuccessAt">;

async function runPgd(
  which: "pgd" | "gate",
  { classifier, samples }: Victim,
  { eps, steps, stepSize, starts, temperatures }: StrengthSettings,
  seed: number,
  { signal, onProgress }: LongWork,
): Promise<Outcome> {
  const loop = { loss: "margin", stepSize, steps: steps.at(-1)! } as const;
  const gates = Array.from({ length: starts }, (_, i) => `gate:${temperatures[i % temperatures.length]!}`);
  const made = which === "pgd" ? pgd({ ...loop, restarts: starts }) : adaptive(pgd(loop), { backward: gates });
  const result = await runAttack(made, classifier, samples, {
    threat: { norm: "linf", eps },
    seed,
    signal,
    onProgress,
  });
  result.dispose();
  return result;
}

/** Images that are right and not broken, or broken by a question that does not count. */
function standing(
  { success, cleanCorrect, firstSuccessAt }: Outcome,
  forgiven: (at: number) => boolean = () => false,
): Standing {
  const isWrong = (i: number): boolean => cleanCorrect[i] === 0 || (success[i] === 1 && !forgiven(firstSuccessAt[i]!));
  return { n: success.length, wrong: [...success.keys()].filter(isWrong) };
}

/** Every image goes through all steps, and what counts is where it ends: PGD as the authors' code has it. */
async function lastPoint(
  { classifier, samples }: Victim,
  steps: number,
  { eps, stepSize }: StrengthSettings,
  seed: number,
  { signal }: LongWork,
): Promise<Standing> {
  const { x, labels, ids } = samples;
  const clean = await predict(classifier, samples);
  const end = await lastIterate(pgd({ steps, stepSize, loss: "cross-entropy" }), classifier, x, {
    threat: threatModel({ norm: "linf", eps, bounds: classifier.bounds }),
    goal: { kind: "untargeted", labels },
    ids,
    random: (purpose, id, step) => keyedRandom(seed, "last point", purpose, id, step),
    signal,
  });
  try {
    const { correct } = await predict(classifier, { x: end, labels, ids });
    return { n: labels.length, wrong: [...labels.keys()].filter((i) => clean.correct[i] === 0 || correct[i] === 0) };
  } finally {
    end.dispose();
  }
}
