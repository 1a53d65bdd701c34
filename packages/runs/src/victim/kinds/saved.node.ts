import { asClassifier } from "@kwta/attacks";
import { loadGraphModel, loadModel, savedFormat } from "@kwta/models";
import { stat } from "node:fs/promises";
import { networkVictim } from "../network-victim.ts";
import { rangeOf, type VictimKind } from "./kind.ts";

/** A layers or graph model in a folder. Files that are such models in another format are refused with what converts them. */
export const saved: VictimKind = {
  name: "saved",
  called: "a folder with a TensorFlow.js model (model.json)",
  options: ["exactBatchNorm"],
  async is(what) {
    const found = await stat(what).catch(() => undefined);
    return found?.isDirectory() === true || (found?.isFile() === true && FOREIGN.test(what));
  },
  async open(settings, { shape }) {
    const { what } = settings;
    if ((await savedFormat(what)) === "layers-model") {
      const model = await loadModel(what);
      return networkVictim(model, settings);
    }
    const graph = await loadGraphModel(what);
    const options = { ...rangeOf(settings), ...(isOpen(graph.inputs) && { inputShape: shape }) };
    return { classifier: asClassifier(graph, options), environment: {}, dispose: async () => void graph.dispose() };
  },
};

const FOREIGN = /\.(h5|hdf5|keras|pb|json)$/i;

/** Whether the model leaves open what images it takes. */
function isOpen(inputs: readonly { readonly shape?: readonly number[] }[]): boolean {
  const [, ...sizes] = inputs[0]?.shape ?? [];
  return sizes.length === 0 || sizes.some((size) => !(size > 0));
}
