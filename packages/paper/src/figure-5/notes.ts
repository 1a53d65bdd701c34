import type { FigureNote } from "../contract/figure-file.ts";
import { judge, testsText } from "../contract/judge.ts";
import type { LossSurface, SurfaceData } from "../shared/surfaces/data.ts";
import { raggedTests, raggednessNotes, spread } from "../shared/surfaces/raggedness.ts";

/** Whether the surfaces of k-WTA are the more ragged ones, after each kind of training. */
export function notes(data: SurfaceData): FigureNote[] {
  return [
    ...(["standard", "adversarial"] as const).flatMap((training) => compare(data, training)),
    ...raggednessNotes(data),
  ];
}

function compare({ surfaces, images }: SurfaceData, training: LossSurface["training"]): FigureNote[] {
  const own = surfaces.filter((each) => each.training === training);
  const [kwta, relu] = [own.find(isKwta), own.find(({ activation }) => activation === "relu")];
  if (kwta === undefined || relu === undefined) return [];
  const { kind, tests } = judge(raggedTests(kwta, relu), { need: "all" });
  const of = ({ raggedness: { relative } }: LossSurface): string => spread(relative.map((share) => 100 * share));
  return [
    {
      claim: "ragged-loss",
      kind,
      text:
        `After ${training} training, the loss of k-WTA differs from the mean of its neighbours by ${of(kwta)} % of the range, that ` +
        `of ReLU by ${of(relu)} %. k-WTA the more ragged one, sign test over ${images.length} images: ${testsText(tests, "in")}.`,
    },
  ];
}

function isKwta({ activation }: LossSurface): boolean {
  return activation.startsWith("kwta:");
}
