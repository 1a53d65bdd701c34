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
 * Runs a targeted attack for several wrong classes of each sample in turn. Any wrong class that is met on the way counts.
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
  version: "1.0.0",
  goals: ["untargeted"],
  params: PARAMS,
  async run(start, of) {
    const { targets, order } = start.params;
    checkSight(start.oracle, order, of);
    const classes = await RANKINGS[order](start as unknown as RunContext, targets);
    const count = Math.max(0, ...[...classes.values()].map((each) => each.length));
    for (let i = 0; i < count; i++) {
      // Samples that are decided leave, and the others keep their own classes.
      const { ctx } = start.narrow({});
      if (ctx.ids.length === 0) return;
      const chosen = Int32Array.from(ctx.ids, (id) => classes.get(id)![i]!);
      for (const [j, attack] of of.entries()) {
        await ctx.run(attack, {
          targets: chosen,
          restart: ctx.restart * targets + i,
          part: [i * of.length + j, count * of.length],
        });
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
