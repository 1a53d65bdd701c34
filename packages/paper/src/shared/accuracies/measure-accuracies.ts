import { adaptive, asClassifier, pgd } from "@kwta/attacks";
import { parseFraction } from "@kwta/core";
import { subset, toTensors } from "@kwta/datasets";
import { evaluate, type Evaluation, type Protocol, type Rate } from "@kwta/evaluation";
import type { FigureTools } from "../../contract/recipe.ts";
import type { Attacking } from "../../presets/preset.ts";
import { measured } from "../measured.ts";
import type { NetSettings } from "../nets.ts";
import type { Accuracies, AccuracyEstimate, AttackLabels } from "./data.ts";

/** How accuracies under attack are measured, and at which sizes of the perturbation. */
export interface SweepSettings extends Attacking {
  /** The first is the one that notes about training speak of. */
  readonly epsilons: readonly string[];
}

/** What legends call the attacks. */
export function labelsOf({ steps, temperatures }: Attacking): AttackLabels {
  return { pgd: `PGD-${steps}, ${temperatures.length} starts`, adaptive: "adaptive (gate surrogate)" };
}

/** What measuring one net takes, in seconds of one core: attacks end early, so about a third of the worst case. */
export function attackSeconds({ samples, steps, temperatures, epsilons }: SweepSettings, msPerImage: number): number {
  return (samples * steps * temperatures.length * 2 * epsilons.length * msPerImage) / 5000;
}

/**
 * Accuracies of one net without attack, under PGD and under the adaptive attack, at each eps. Both attacks share the loss
 * (margin), the steps, the number of starts and of gradients, and the rule that the best point counts; only the backward
 * pass differs. For a net whose backward pass cannot be chosen the adaptive attack would be PGD again.
 */
export async function measureAccuracies(
  net: NetSettings,
  attack: SweepSettings,
  weight: number,
  tools: FigureTools,
): Promise<readonly Accuracies[]> {
  const { seed } = tools;
  return tools.keep("accuracy", [net], { attack, seed }, weight, (work) =>
    tools.withNet(net, async (model) => {
      const { test } = await tools.dataset(net);
      const attacked = subset(test, Math.min(attack.samples, test.size), 0);
      const samples = toTensors(attacked, { start: 0, end: attacked.size });
      const classifier = asClassifier(model);
      try {
        const eps = attack.epsilons.map(parseFraction);
        const protocol = protocolOf(attack, classifier.choosableBackward);
        const threat = { norm: "linf", eps } as const;
        const evaluation = await evaluate(classifier, samples, { protocol, threat, seed, probes: 0, ...work });
        return eps.map((each) => accuraciesAt(evaluation, each));
      } finally {
        samples.x.dispose();
      }
    }),
  );
}

function protocolOf({ steps, stepSize, temperatures }: Attacking, hasGate: boolean): Protocol {
  const loop = { loss: "margin", steps, stepSize } as const;
  const gate = { id: "adaptive", attack: adaptive(pgd(loop), { backward: temperatures.map((t) => `gate:${t}`) }) };
  return {
    id: "pgd-and-gate@2",
    entries: [{ id: "pgd", attack: pgd({ ...loop, restarts: temperatures.length }) }, ...(hasGate ? [gate] : [])],
  };
}

function accuraciesAt({ clean, attacks }: Evaluation, eps: number): Accuracies {
  const [pgdRate, adaptiveRate] = attacks.map(({ at }) => at.find((part) => part.eps === eps)!.accuracy);
  return {
    clean: estimate(clean),
    pgd: estimate(pgdRate!),
    adaptive: adaptiveRate === undefined ? null : estimate(adaptiveRate),
  };
}

function estimate({ value, low, high, n }: Rate): AccuracyEstimate {
  return { value, low: measured(low)!, high: measured(high)!, count: n };
}
