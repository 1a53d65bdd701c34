import { InputError } from "@kwta/core";
import type { Attack } from "../contract/attack.ts";
import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import type { RunContext } from "../contract/context.ts";
import type { GradientOracle } from "../contract/oracle.ts";
import { rankByLogit, rankByDistance, type ClassRanking } from "./rank-classes.ts";

const PARAMS = {
  targets: {
    type: "integer",
    default: 9,
    min: 1,
    description: "Classes to go for, each on the samples that still stand.",
  },
  order: {
    type: "choice",
    choices: ["logit", "distance"],
    default: "logit",
    description: "Classes of highest score first, or those whose border looks nearest, for a gradient each.",
  },
} as const;

const RANKINGS: Readonly<Record<"logit" | "distance", ClassRanking>> = { logit: rankByLogit, distance: rankByDistance };

/**
 * Runs a targeted attack for several wrong classes of each sample: for the first, and then, on what stands, for all others at
 * once, side by side in one batch. Any wrong class that is met on the way counts.
 *
 * @see AutoAttack for `"logit"`; Melamed et al.: "MALT powers up adversarial attacks", NeurIPS 2024, for `"distance"`
 *
 * @example
 * ```ts
 * const apgdT = multiTarget(apgd({ loss: "dlr" }), { targets: 9 });
 * ```
 */
export const multiTarget: Combinator<typeof PARAMS> = defineCombinator({
  id: "kwta/multi-target",
  version: "2.0.0",
  goals: ["untargeted"],
  params: PARAMS,
  async run(start, of) {
    const { targets, order } = start.params;
    checkSight(start.oracle, order, of);
    const classes = await RANKINGS[order](start as unknown as RunContext, targets);
    const count = Math.max(0, ...[...classes.values()].map((each) => each.length));
    // Most samples that fall at all fall to the first class; only for those that did not it pays to go for all others at once.
    const rounds = [[0], Array.from({ length: Math.max(0, count - 1) }, (_, i) => i + 1)];
    for (const [i, round] of rounds.filter(({ length }) => length > 0).entries()) {
      // Each sample has its own classes.
      const runs = round.map((place) => ({
        index: place,
        targets: Int32Array.from(start.ids, (id) => classes.get(id)![place]!),
      }));
      for (const [j, attack] of of.entries()) {
        await start.runTogether(attack, runs, { part: [i * of.length + j, rounds.length * of.length] });
      }
    }
  },
});

/** Decisions rank no classes. */
function checkSight(oracle: Partial<GradientOracle>, order: "logit" | "distance", of: readonly Attack[]): void {
  const needed = order === "logit" ? "score" : "gradient";
  if ((needed === "score" ? oracle.logits : oracle.lossAndGradient) !== undefined) return;
  const [attack] = of;
  throw new InputError(
    `multiTarget orders classes by ${order}, for which it needs access "${needed}". ` +
      `It was given ${attack!.id}, which has "${attack!.access}". ` +
      "Choose another attack or order, or give targets to runAttack.",
  );
}
