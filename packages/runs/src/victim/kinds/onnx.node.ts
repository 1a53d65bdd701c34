import { readInput } from "@kwta/core";
import { onnxClassifier } from "@kwta/onnx";
import { rangeOf, type VictimKind } from "./kind.ts";

/** An ONNX file, which shows its scores. */
export const onnx: VictimKind = {
  name: "onnx",
  called: "an ONNX file",
  options: ["layout", "output", "scores"],
  is: async (what) => /\.onnx$/i.test(what),
  async open(settings, { shape }) {
    const { what, layout, output, scores } = settings;
    const options = { ...rangeOf(settings), layout, output, scores, inputShape: shape };
    const classifier = await onnxClassifier(await readInput(what), options);
    return { classifier, dispose: () => classifier.dispose() };
  },
};
