import type { FigureNote } from "../contract/figure-file.ts";
import type { LossSurface, SurfaceData } from "../shared/surfaces/data.ts";
import { percent, raggedness, raggednessNotes } from "../shared/surfaces/raggedness.ts";

/** Whether the surfaces of k-WTA are the more ragged ones. */
export function notes(data: SurfaceData): FigureNote[] {
  const [kwta, kwtaAdversarial, relu, reluAdversarial] = data.surfaces;
  const compared =
    kwta === undefined || kwtaAdversarial === undefined || relu === undefined || reluAdversarial === undefined
      ? []
      : [compare(kwta, relu, "standard"), compare(kwtaAdversarial, reluAdversarial, "adversarial")];
  return [...compared, ...raggednessNotes(data)];
}

/** Whether the surface of k-WTA is the more ragged one, as the paper shows it. */
function compare(kwta: LossSurface, relu: LossSurface, training: string): FigureNote {
  const [own, other] = [raggedness(kwta), raggedness(relu)];
  return {
    kind: own > 2 * other ? "agrees" : "differs",
    text: `After ${training} training, the loss of k-WTA differs from the mean of its neighbours by ${percent(own)} of the range on average, that of ReLU by ${percent(other)}.`,
  };
}
