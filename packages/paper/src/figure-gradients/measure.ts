import { adaptive, apgd, gradientEstimate, pgd, runAttack, square, type Attack } from "@kwta/attacks";
import { parseFraction } from "@kwta/core";
import type { FigureSetup } from "../contract/figure.ts";
import type { FigureTools, Recipe } from "../contract/recipe.ts";
import { atMost, byPreset } from "../presets/index.ts";
import { withVictim, type Victim } from "../shared/attacked-images.ts";
import { isAdversarial, shownAdversarialNet, shownNet, type NetSettings } from "../shared/nets.ts";
import type { AttackedNet, AttackId, AttackRun, GradientsData } from "./data.ts";

/** What each attack of the figure may cost. */
export interface GradientsSettings {
  /** Sparsity ratio of the k-WTA nets. */
  readonly gamma: number;
  /** Of nets of standard and of adversarial training. */
  readonly eps: { readonly standard: string; readonly adversarial: string };
  /** Test images, classes in their proportions. */
  readonly samples: number;
  /** Gradient steps of a start of PGD, alone and through the gate. */
  readonly steps: number;
  /** Starts of PGD; through the gate, at one temperature after the other. */
  readonly starts: number;
  readonly temperatures: readonly number[];
  /** Iterations of the estimate, and the queries of each. */
  readonly ladder: readonly (readonly [iterations: number, samples: number])[];
  /** Queries of Square. */
  readonly queries: number;
}

/** Those of a preset. */
export function settings({ preset }: FigureSetup): GradientsSettings {
  const { scale, attack } = preset;
  const own = byPreset<Pick<GradientsSettings, "samples" | "steps" | "starts" | "ladder" | "queries">>(
    "the figure of gradients",
    preset,
    {
      smoke: { samples: 12, steps: 20, starts: 2, ladder: [[10, 20]], queries: 100 },
      laptop: {
        samples: 200,
        steps: 40,
        starts: 10,
        ladder: [
          [20, 100],
          [10, 200],
        ],
        queries: 2000,
      },
      paper: {
        samples: 1000,
        steps: 40,
        starts: 25,
        ladder: [
          [20, 100],
          [20, 1000],
        ],
        queries: 5000,
      },
    },
  );
  const eps = { standard: scale.small, adversarial: scale.paper ?? scale.small };
  return { gamma: 0.1, eps, temperatures: attack.temperatures, ...own, samples: atMost(own.samples, preset) };
}

/** Accuracy over passes for k-WTA of both trainings, and for ReLU of adversarial training beside it. */
export function recipe(own: GradientsSettings, { preset, from, seed }: FigureSetup): Recipe<GradientsData> {
  const { resnet } = preset.nets;
  const activation = `kwta:${own.gamma}`;
  const nets =
    from === undefined
      ? [shownAdversarialNet(resnet, activation), shownNet(resnet, activation), shownAdversarialNet(resnet, "relu")]
      : [from.net];
  const passes =
    4 * own.steps * own.starts + own.queries + own.ladder.reduce((sum, [count, each]) => sum + count * each, 0);
  return {
    title: "Accuracy over the cost of an attack",
    settings: { ...own, seed },
    nets,
    // Most images leave early.
    seconds: (nets.length * own.samples * passes * resnet.msPerImage) / 9000,
    async measure(tools) {
      const measured: AttackedNet[] = [];
      for (const net of await tools.available(nets)) measured.push(await attackedNet(net, own, 1 / nets.length, tools));
      return { nets: measured };
    },
  };
}

async function attackedNet(
  net: NetSettings,
  own: GradientsSettings,
  weight: number,
  tools: FigureTools,
): Promise<AttackedNet> {
  const { label, activation } = net;
  const eps = own.eps[isAdversarial(net) ? "adversarial" : "standard"];
  const ids: readonly AttackId[] =
    activation === "relu" ? ["pgd", "apgd", "estimate", "square"] : ["pgd", "gate", "apgd", "estimate", "square"];
  const attacks: AttackRun[] = [];
  for (const id of ids) {
    const attack = attackOf(id, own);
    // Each is kept as soon as it is there: together they may take hours.
    attacks.push(
      await tools.keep(
        "passes",
        [net],
        { id, eps, own, seed: tools.seed },
        weight / ids.length,
        ({ signal, onProgress }) =>
          withVictim(net, own.samples, tools, (victim) =>
            run(id, attack, victim, { eps, seed: tools.seed, signal, onProgress }),
          ),
      ),
    );
  }
  return { label, activation, eps: parseFraction(eps), attacks };
}

/** The loss is the margin wherever there is one to choose. */
function attackOf(id: AttackId, { steps, starts, temperatures, ladder, queries }: GradientsSettings): Attack {
  const loop = { loss: "margin", steps } as const;
  const gates = Array.from({ length: starts }, (_, i) => `gate:${temperatures[i % temperatures.length]!}`);
  return {
    pgd: () => pgd({ ...loop, restarts: starts }),
    gate: () => adaptive(pgd(loop), { backward: gates }),
    apgd: () => apgd({ loss: "margin", steps: 100, restarts: Math.max(1, Math.round((steps * starts) / 100)) }),
    estimate: () => gradientEstimate({ ladder, sigma: "0.5 eps", stepSize: "0.3 eps" }),
    square: () => square({ queries, rescale: true }),
  }[id]();
}

interface RunOptions extends Pick<Parameters<typeof runAttack>[3], "seed" | "signal" | "onProgress"> {
  readonly eps: string;
}

async function run(
  id: AttackId,
  attack: Attack,
  { classifier, samples }: Victim,
  { eps, ...options }: RunOptions,
): Promise<AttackRun> {
  const result = await runAttack(attack, classifier, samples, { threat: { norm: "linf", eps }, ...options });
  result.dispose();
  const { success, cleanCorrect, firstSuccessAt, queries, gradients } = result;
  const spent = Array.from(queries, (count, i) => count + gradients[i]!);
  const brokenAt = Array.from(success, (isBroken, i) => {
    if (cleanCorrect[i] === 0) return 0;
    // A question costs one pass, or two where it asks for the gradient, which all of one attack do or none does.
    return isBroken === 1 ? Math.round((firstSuccessAt[i]! * spent[i]!) / queries[i]!) : null;
  });
  return { id, passes: Math.max(1, ...spent), brokenAt };
}
