import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import { LOSS_NAMES, type LossName } from "../losses/index.ts";
import { needsGradients } from "./detours.ts";
import { runRound } from "./run-round.ts";

const PARAMS = {
  loss: {
    type: "choice",
    choices: LOSS_NAMES as readonly LossName[],
    default: "margin",
    description: "What is maximised instead.",
  },
} as const;

/**
 * Another loss for any gradient attack: whatever it maximises by itself, it is told value and gradient of this loss.
 *
 * @example
 * ```ts
 * const attack = withLoss(fgsm, { loss: "dlr" });
 * ```
 */
export const withLoss: Combinator<typeof PARAMS> = defineCombinator({
  id: "kwta/with-loss",
  version: "1.0.0",
  params: PARAMS,
  check: (of) => needsGradients("withLoss", of),
  run: (ctx, of) =>
    runRound(ctx, of, [0, 1], {
      oracle: {
        lossAndGradient: (x, ids, _loss, options) => ctx.oracle.lossAndGradient(x, ids, ctx.params.loss, options),
      },
    }),
});
