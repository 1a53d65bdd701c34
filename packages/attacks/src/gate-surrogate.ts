import type { AttackPlugin } from "./attack.ts";
import { defineIterative } from "./iterative.ts";
import { PGD_LOOP_PARAMS, pgdStep, type PgdLoopParams } from "./pgd.ts";
import { randomStart } from "./random-start.ts";

/** Parameters of {@link gateSurrogate}. */
export type GateSurrogateParams = PgdLoopParams & {
  readonly temperatures: readonly number[];
};

/**
 * PGD whose backward pass takes each k-WTA layer for a smooth gate, `x * sigmoid((x - t) / (T s))` with the layer's
 * threshold t and standard deviation s held constant; the forward pass stays exact k-WTA. It sees through the jumps
 * that hide the gradient of k-WTA, at the price of PGD.
 *
 * Restart r uses temperature `r mod temperatures.length`. Loop, loss, steps and the number of gradients are those of
 * {@link pgd} with as many restarts: only the backward pass differs. On a model without k-WTA layers it is PGD.
 */
export const gateSurrogate: AttackPlugin<GateSurrogateParams> = defineIterative({
  id: "kwta/gate",
  version: "1.0.0",
  access: "gradient",
  norms: ["linf"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: {
    ...PGD_LOOP_PARAMS,
    restarts: { ...PGD_LOOP_PARAMS.restarts, default: 3 },
    temperatures: {
      type: "numbers",
      default: [0.1, 0.2, 0.3],
      min: 1e-3,
      description: "Widths of the gate, one restart after the other.",
    },
  },
  steps: ({ steps }) => steps,
  restarts: ({ restarts }) => restarts,
  init: (ctx) => ({ x: ctx.params.randomStart ? randomStart(ctx) : ctx.x }),
  step(ctx, { x }) {
    const { temperatures } = ctx.params;
    return { x: pgdStep(ctx, x, `gate:${temperatures[ctx.restart % temperatures.length]}`) };
  },
});
