import type { KeyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import { imageShapeOf } from "../images/image-shape.ts";
import { identityMap, resizeMap, SeparableMap, type AxisMap } from "../images/separable.ts";
import { byDetours, needsGradients, type Detour } from "./detours.ts";
import { runRound } from "./run-round.ts";

const PARAMS = {
  probability: {
    type: "number",
    default: 0.5,
    min: 0,
    max: 1,
    description: "How often an image is changed at all.",
  },
  least: { type: "number", default: 0.9, min: 0, max: 1, description: "Smallest share of its size." },
  draws: { type: "integer", default: 1, min: 1, description: "Gradients whose mean is taken." },
} as const;

/**
 * Input diversity: gradients are taken at the image shrunk to a random size and put at a random place of an empty one, and
 * flow back through that. Each sample has its own draws. A gradient costs `draws` gradients and a query, which asks about the
 * point itself.
 *
 * @see Xie et al.: "Improving transferability of adversarial examples with input diversity", CVPR 2019, arXiv 1803.06978
 *
 * @example
 * ```ts
 * const diverse = inputDiversity(apgd, { draws: 4 });
 * ```
 */
export const inputDiversity: Combinator<typeof PARAMS> = defineCombinator({
  id: "kwta/input-diversity",
  version: "1.0.0",
  params: PARAMS,
  stochastic: true,
  check: (of) => needsGradients("inputDiversity", of),
  async run(ctx, of) {
    const { probability, least, draws } = ctx.params;
    const lossAndGradient = byDetours(ctx, (x, ids, turns) =>
      Array.from({ length: draws }, (_, draw) => {
        const maps = Array.from(ids, (id, row) =>
          drawMaps(imageShapeOf(x), ctx.random(`shape ${draw}`, id, turns[row]), probability, least),
        );
        return shrunk(x, maps, ctx.threat.bounds.min);
      }),
    );
    await runRound(ctx, of, [0, 1], { oracle: { lossAndGradient } });
  },
});

type Maps = readonly [rows: AxisMap, columns: AxisMap];

function drawMaps(
  [height, width]: readonly [number, number, number],
  random: KeyedRandom,
  probability: number,
  least: number,
): Maps {
  if (random.at(0) >= probability) return [identityMap(height), identityMap(width)];
  const share = least + (1 - least) * random.at(1);
  const along = (size: number, at: number): AxisMap => {
    const length = Math.max(1, Math.floor(share * size));
    return resizeMap(size, length, Math.floor(at * (size - length + 1)));
  };
  return [along(height, random.at(2)), along(width, random.at(3))];
}

/** The empty part has the lowest value of the box. */
function shrunk(x: tf.Tensor, maps: readonly Maps[], empty: number): Detour {
  const map = new SeparableMap(
    imageShapeOf(x),
    maps.map(([rows]) => rows),
    maps.map(([, columns]) => columns),
  );
  return {
    to: (points) => (empty === 0 ? map.apply(points) : tf.add(map.apply(tf.sub(points, empty)), empty)),
    back: (gradient) => map.back(gradient),
  };
}
