import { readInput } from "@kwta/core";
import { onnxClassifier } from "@kwta/onnx";
import type { OpenVictim, VictimImages, VictimSettings } from "../victim-settings.ts";
import { rangeOf, type VictimKind } from "./kind.ts";

/** It says itself which images it takes, unless it leaves that open. */
interface OnnxKind {
  open(settings: VictimSettings, images?: VictimImages): Promise<OpenVictim>;
}

/** An ONNX file, which shows its scores. */
export const onnx: VictimKind & OnnxKind = {
  name: "onnx",
  called: "an ONNX file",
  options: ["layout", "output", "scores"],
  is: async (what) => /\.onnx$/i.test(what),
  async open(settings, images) {
    const { what, layout, output, scores } = settings;
    const options = { ...rangeOf(settings), layout, output, scores, inputShape: images?.shape };
    const classifier = await onnxClassifier(await readInput(what), options);
    return { classifier, environment: {}, dispose: () => classifier.dispose() };
  },
};
