import type { AttackMaker } from "../contract/attack.ts";
import { askMany, defineSearch } from "../contract/search.ts";
import { moveImage, type Movement } from "../images/move-image.ts";
import { minus, sizeIn } from "./vectors.ts";
import { halve, HALVINGS } from "./weakest.ts";

const PARAMS = {
  rotation: {
    type: "number",
    default: 30,
    min: 0,
    max: 180,
    description: "The largest angle, in degrees, either way.",
  },
  translation: {
    type: "number",
    default: 3,
    min: 0,
    description: "The largest shift, in pixels, either way along each side.",
  },
  rotations: { type: "integer", default: 5, min: 1, description: "Angles that are tried." },
  translations: { type: "integer", default: 5, min: 1, description: "Shifts that are tried along each side." },
} as const;

/**
 * Rotation and translation: a grid of angles and shifts, and of those that reach the goal the nearest one, made as small as
 * does it. What lies outside the image has the lowest value of the box. Costs `rotations * translations^2` queries and 12.
 *
 * Such changes are large in every norm: run it with the aim "nearest" and an infinite eps to ask whether they fool the model
 * at all.
 *
 * @see Engstrom et al.: "Exploring the landscape of spatial robustness", ICML 2019, arXiv 1712.02779; the grid as in Foolbox
 */
export const spatial: AttackMaker<typeof PARAMS> = defineSearch({
  id: "kwta/spatial",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "label",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted"],
  stochastic: false,
  params: PARAMS,
  cite: { title: "Exploring the landscape of spatial robustness", url: "https://arxiv.org/abs/1712.02779" },
  queries: ({ rotations, translations }) => rotations * translations ** 2 + HALVINGS,
  *search({ x, shape, norm, bounds, params }) {
    const moved = (by: Movement, strength: number): Float32Array => moveImage(x, shape, by, strength, bounds.min);
    const grid = gridOf(params);
    let nearest: { readonly by: Movement; readonly distance: number } | undefined;
    yield* askMany(
      grid.length,
      (i) => moved(grid[i]!, 1),
      (value, i, point) => {
        const distance = sizeIn(norm, minus(point, x));
        if (value === 1 && distance < (nearest?.distance ?? Infinity)) nearest = { by: grid[i]!, distance };
      },
    );
    if (nearest === undefined) return;
    const { by } = nearest;
    yield* halve((strength) => moved(by, strength), 0, 1);
  },
});

function gridOf({
  rotation,
  translation,
  rotations,
  translations,
}: Readonly<Record<keyof typeof PARAMS, number>>): Movement[] {
  const shifts = evenly(translation, translations);
  return evenly(rotation, rotations).flatMap((degrees) =>
    shifts.flatMap((down) => shifts.map((right) => ({ degrees, down, right }))),
  );
}

/** Numbers from `-most` to `most`; one alone is `most`. */
function evenly(most: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (count === 1 ? most : most * ((2 * i) / (count - 1) - 1)));
}
