import { asClassifier } from "@kwta/attacks";
import { loadPretrained, pretrainedCard } from "@kwta/pretrained";
import { rangeOf, type VictimKind } from "./kind.ts";

/** A net of the package of trained nets. */
export const pretrained: VictimKind = {
  name: "pretrained",
  called: "a pretrained net (pretrained:NAME)",
  options: [],
  async is(what) {
    if (!/^pretrained:/i.test(what)) return false;
    // Refuses a name that it does not know.
    pretrainedCard(what);
    return true;
  },
  async open(settings) {
    const model = await loadPretrained(settings.what);
    return { classifier: asClassifier(model, rangeOf(settings)), dispose: async () => void model.dispose() };
  },
};
