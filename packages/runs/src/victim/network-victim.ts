import { asClassifier } from "@kwta/attacks";
import { foldBatchNorm, hasFoldableBatchNorm } from "@kwta/models";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { rangeOf } from "./kinds/kind.ts";
import type { OpenVictim, VictimOptions } from "./victim-settings.ts";

/**
 * The victim that a network is. Batch norm is folded, unless its own arithmetic is asked for: the network is only asked from
 * here on. Its digest stays that of the network, whose weights name what is kept of it.
 *
 * @param model which the victim disposes
 */
export function networkVictim(model: LayersModel, options: VictimOptions): OpenVictim {
  const own = asClassifier(model, rangeOf(options));
  if (options.exactBatchNorm === true || !hasFoldableBatchNorm(model)) {
    return { classifier: own, environment: {}, dispose: async () => void model.dispose() };
  }
  const folded = foldBatchNorm(model);
  return {
    classifier: { ...asClassifier(folded, rangeOf(options)), digest: () => own.digest!() },
    environment: { batchNorm: "folded into the layers before it" },
    async dispose() {
      folded.dispose();
      model.dispose();
    },
  };
}
