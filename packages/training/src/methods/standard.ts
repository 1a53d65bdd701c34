import type * as tf from "@tensorflow/tfjs-core";
import { crossEntropy } from "../cross-entropy.ts";
import { defineMethod, type MethodMaker } from "./method.ts";

/** Standard training, also called natural: cross-entropy on the images as they are. */
export const standard: MethodMaker<Readonly<Record<never, never>>> = defineMethod({
  id: "standard",
  summary: "Cross-entropy on the images as they are (natural training).",
  params: {},
  objective(_params, model, { x, targets }) {
    const logits = model.apply(x, { training: true }) as tf.Tensor2D;
    return { loss: crossEntropy(logits, targets), logits };
  },
});
