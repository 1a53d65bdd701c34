import { adaptive, gradientEstimate, pgd } from "@kwta/attacks";
import { inBalls } from "./in-balls.ts";
import { defineProtocol, type ProtocolMaker } from "./protocol.ts";

const PARAMS = {
  steps: { type: "integer", default: 40, min: 1, description: "Steps of PGD, alone and through the gate." },
  temperatures: {
    type: "numbers",
    default: [0.1, 0.2, 0.3],
    min: 1e-3,
    description: "Widths of the gate; PGD gets as many restarts.",
  },
  estimateSamples: {
    type: "integer",
    default: 20,
    min: 0,
    description: "Images for the gradient-estimate attack; 0 leaves it out.",
  },
  estimateLadder: {
    type: "stages",
    columns: ["iterations", "samples"],
    default: [
      [20, 100],
      [20, 400],
    ],
    description: "Its stages: how many iterations, with how many queries each.",
  },
} as const;

/**
 * What PGD says and what adaptive attacks say, in minutes: PGD; PGD through the gate with the same loss, steps, restarts
 * and number of gradients; the published gradient-estimate attack with a shorter ladder on fewer images.
 *
 * @see Tramèr, Carlini, Brendel, Madry: "On adaptive attacks to adversarial example defenses" (2020), section 5
 */
export const quick: ProtocolMaker<typeof PARAMS> = defineProtocol({
  id: "quick",
  version: 1,
  summary: "PGD, PGD through the gate, the gradient estimate: minutes; adaptive mostly finds 1 to 2 points more.",
  params: PARAMS,
  entries: ({ steps, temperatures, estimateSamples, estimateLadder: ladder }) =>
    inBalls([
      { id: "pgd", attack: pgd({ steps, restarts: temperatures.length }) },
      { id: "gate", attack: adaptive(pgd({ steps }), { backward: temperatures.map((t) => `gate:${t}`) }) },
      ...(estimateSamples > 0
        ? [
            {
              id: "gradient-estimate",
              attack: gradientEstimate({ ladder, sigma: "0.5 eps", stepSize: "0.3 eps" }),
              samples: estimateSamples,
            },
          ]
        : []),
    ]),
});
