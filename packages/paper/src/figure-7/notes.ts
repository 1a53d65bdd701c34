import type { FigureNote } from "../contract/figure-file.ts";
import { judge, testsText } from "../contract/judge.ts";
import type { LossSurface, SurfaceData } from "../shared/surfaces/data.ts";
import { raggedTests, raggednessNotes } from "../shared/surfaces/raggedness.ts";

/** Whether surfaces grow more ragged with each step down of the sparsity ratio. */
export function notes(data: SurfaceData): FigureNote[] {
  const standard = data.surfaces.filter(({ training }) => training === "standard");
  const models = [...new Set(data.surfaces.map(({ model }) => model))];
  return [
    ...models.flatMap((model) =>
      describe(
        standard.filter((each) => each.model === model),
        data.images.length,
      ),
    ),
    ...raggednessNotes(data),
  ];
}

/** In the order of falling sparsity ratios. */
function describe(surfaces: readonly LossSurface[], images: number): FigureNote[] {
  if (surfaces.length < 2) return [];
  const falling = [...surfaces].sort((a, b) => gammaOf(b) - gammaOf(a));
  const comparisons = falling.slice(1).flatMap((smaller, i) => {
    const larger = falling[i]!;
    return raggedTests(smaller, larger, `${gammaOf(smaller)} over ${gammaOf(larger)}`);
  });
  const { kind, tests } = judge(comparisons, { need: "all" });
  return [
    {
      claim: "ragged-with-gamma",
      kind,
      text:
        `${surfaces[0]!.model}: the surface grows more ragged as γ falls. The smaller γ the more ragged one, sign test over ` +
        `${images} images, Holm over ${tests.length}: ${testsText(tests)}.`,
    },
  ];
}

function gammaOf({ activation }: LossSurface): number {
  return Number(activation.split(":")[1]);
}
