import { gateSurrogate, layersClassifier, pgd, threatModel } from "@kwta/attacks";
import { subset, toTensors } from "@kwta/datasets";
import { differs, evaluate, rate, type Evaluation, type Protocol, type Rate } from "@kwta/evaluation";
import { kwtaLayers } from "@kwta/op";
import type { Accuracies, AccuracyEstimate, AttackLabels, FigureNote } from "@kwta/viz";
import { measured } from "./_measured.ts";
import type { Attacking } from "./figure-settings.ts";
import type { NetSettings } from "./net-settings.ts";
import type { FigureTools } from "./recipe.ts";

/** What legends call the attacks. */
export function attackLabels({ steps, temperatures }: Attacking): AttackLabels {
  return { pgd: `PGD-${steps}, ${temperatures.length} starts`, adaptive: "adaptive (gate surrogate)" };
}

/**
 * Accuracies of one net without attack, under PGD and under the adaptive attack, at each eps. Both attacks share the loss
 * (margin), the steps, the number of starts and of gradients, and the rule that the best point counts; only the backward
 * pass differs. A net without k-WTA layers has no gate to take, so the adaptive attack would be PGD again.
 */
export async function measureAccuracies(
  net: NetSettings,
  attack: Attacking,
  weight: number,
  tools: FigureTools,
): Promise<readonly Accuracies[]> {
  const { seed } = tools;
  return tools.keep("accuracy", { net: netKey(net), attack, seed }, weight, (work) =>
    tools.withNet(net, async (model) => {
      const { test } = await tools.dataset(net);
      const attacked = subset(test, Math.min(attack.samples, test.size), 0);
      const samples = toTensors(attacked, { start: 0, end: attacked.size });
      const { steps, stepSize, temperatures } = attack;
      const loop = { loss: "margin", steps, stepSize, restarts: temperatures.length };
      const hasGate = kwtaLayers(model).length > 0;
      const entries = [
        { id: "pgd", attack: pgd, params: loop },
        ...(hasGate ? [{ id: "adaptive", attack: gateSurrogate, params: { ...loop, temperatures } }] : []),
      ] as Protocol["entries"];
      try {
        const [first, ...others] = attack.epsilons.map(({ value }) => value);
        const evaluation = await evaluate(layersClassifier(model), samples, {
          protocol: { id: "pgd-and-gate@1", entries },
          threat: threatModel({ norm: "linf", eps: first! }),
          epsilons: others,
          seed,
          ...work,
        });
        return attack.epsilons.map(({ value }) => accuraciesAt(evaluation, value));
      } finally {
        samples.x.dispose();
      }
    }),
  );
}

/** What of a net decides its numbers: its training, not what legends call it. */
export function netKey({ run, gamma, folder }: NetSettings): unknown {
  return { run, ...(gamma !== undefined && { gamma }), ...(folder !== undefined && { folder }) };
}

function accuraciesAt({ threat, clean, entries, curves }: Evaluation, eps: number): Accuracies {
  const under = (id: string): Rate | undefined => {
    if (eps === threat.eps) return entries.find((entry) => entry.id === id)?.accuracy;
    return curves.find((curve) => curve.id === id)?.points.find((point) => point.eps === eps)?.accuracy;
  };
  const adaptive = under("adaptive");
  return {
    clean: estimate(clean),
    pgd: estimate(under("pgd")!),
    adaptive: adaptive === undefined ? null : estimate(adaptive),
  };
}

function estimate({ value, low, high, n }: Rate): AccuracyEstimate {
  return { value, low: measured(low)!, high: measured(high)!, count: n };
}

/** What the numbers say about a claim that the first is higher: nothing where chance explains the difference. */
export function verdict(a: AccuracyEstimate, b: AccuracyEstimate): FigureNote["kind"] {
  const asRate = ({ value, count }: AccuracyEstimate): Rate => rate(Math.round(value * count), count);
  if (!differs(asRate(a), asRate(b))) return "note";
  return a.value > b.value ? "agrees" : "differs";
}

/** `31 %` */
export function percent({ value }: AccuracyEstimate): string {
  return `${(100 * value).toFixed(0)} %`;
}
