import { adaptive, asClassifier, pgd } from "@kwta/attacks";
import { parseFraction } from "@kwta/core";
import { subset, toTensors } from "@kwta/datasets";
import { adaptiveProtocol, evaluate, withoutAttacks, type Evaluation, type Protocol } from "@kwta/evaluation";
import type { FigureTools } from "../../contract/recipe.ts";
import type { Attacking } from "../../presets/preset.ts";
import type { NetSettings } from "../nets.ts";
import type { Accuracies, AttackLabels, Standing } from "./data.ts";
import { DIAGNOSTIC } from "./left-out.ts";

/** How accuracies under attack are measured, and at which sizes of the perturbation. */
export interface SweepSettings extends Attacking {
  /** The first is the one that notes about training speak of. */
  readonly epsilons: readonly string[];
}

/** What legends call the attacks. */
export function labelsOf({ steps, temperatures, whole }: Attacking): AttackLabels {
  const worst = whole ? "worst case of the protocol adaptive" : "worst case of PGD and gate";
  return { pgd: `PGD-${steps}, ${temperatures.length} starts`, adaptive: worst, whole };
}

/** What measuring one net takes, in seconds of one core: attacks end early, so about a third of the worst case. */
export function attackSeconds(
  { samples, steps, temperatures, epsilons, whole }: SweepSettings,
  msPerImage: number,
): number {
  return (samples * steps * temperatures.length * (whole ? 8 : 2) * epsilons.length * msPerImage) / 5000;
}

/**
 * Accuracies of one net without attack, under PGD alone, and in the worst case of PGD and attacks through the gate: at PGD's
 * cost, with the same loss (margin), steps and starts, where only the backward pass differs, or the whole protocol `adaptive`.
 * For a net whose backward pass cannot be chosen the former is PGD again, the latter what `standard` finds.
 */
export async function measureAccuracies(
  net: NetSettings,
  attack: SweepSettings,
  weight: number,
  tools: FigureTools,
): Promise<readonly Accuracies[]> {
  const { seed } = tools;
  const protocol = protocolOf(attack);
  return tools.keep("accuracy", [net], { attack, protocol: protocol.id, seed }, weight, (work) =>
    tools.withNet(net, async (model) => {
      const { test } = await tools.dataset(net);
      const attacked = subset(test, Math.min(attack.samples, test.size), 0);
      const samples = toTensors(attacked, { start: 0, end: attacked.size });
      const classifier = asClassifier(model);
      try {
        const eps = attack.epsilons.map(parseFraction);
        const threat = { norm: "linf", eps } as const;
        const evaluation = await evaluate(classifier, samples, {
          protocol,
          threat,
          seed,
          probes: 0,
          ...work,
        });
        return eps.map((each) => accuraciesAt(evaluation, each));
      } finally {
        samples.x.dispose();
      }
    }),
  );
}

function protocolOf({ steps, stepSize, temperatures, whole }: Attacking): Protocol {
  const loop = { loss: "margin", steps, stepSize } as const;
  const first = { id: "pgd-alone", attack: pgd({ ...loop, restarts: temperatures.length }) };
  if (whole) {
    const { id, entries } = withoutAttacks(adaptiveProtocol, DIAGNOSTIC);
    return { id: `${first.id} + ${id}`, entries: [first, ...entries] };
  }
  const attack = adaptive(pgd(loop), { backward: temperatures.map((t) => `gate:${t}`) });
  return { id: "pgd-and-gate@3", entries: [first, { id: "gate", attack, nets: "choosable" }] };
}

function accuraciesAt({ n, cleanErrors, attacks, robust }: Evaluation, eps: number): Accuracies {
  const at = <T extends { readonly eps: number }>(parts: readonly T[]): T => parts.find((part) => part.eps === eps)!;
  const standing = (wrong: readonly number[]): Standing => ({ n, wrong });
  return {
    clean: standing(cleanErrors),
    pgd: standing(at(attacks[0]!.at).broken),
    adaptive: standing(at(robust).broken),
  };
}
