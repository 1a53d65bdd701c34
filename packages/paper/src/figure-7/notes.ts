import type { FigureNote } from "../contract/figure-file.ts";
import type { LossSurface, SurfaceData } from "../shared/surfaces/data.ts";
import { raggedness, raggednessNotes } from "../shared/surfaces/raggedness.ts";

/** Whether surfaces grow more ragged as the sparsity ratio falls. */
export function notes(data: SurfaceData): FigureNote[] {
  const standard = data.surfaces.filter(({ training }) => training === "standard");
  const models = [...new Set(data.surfaces.map(({ model }) => model))];
  return [
    ...models.flatMap((model) => describe(standard.filter((each) => each.model === model))),
    ...raggednessNotes(data),
  ];
}

function describe(surfaces: readonly LossSurface[]): FigureNote[] {
  if (surfaces.length < 2) return [];
  const [first, last] = [surfaces[0]!, surfaces.at(-1)!];
  const rougher = raggedness(last) > raggedness(first);
  return [
    {
      kind: rougher ? "agrees" : "differs",
      text: `${first.model}: the surface is ${rougher ? "more" : "not more"} ragged at the smallest sparsity ratio (${last.activation.split(":")[1]}) than at the largest (${first.activation.split(":")[1]}).`,
    },
  ];
}
