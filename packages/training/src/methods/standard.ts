import { crossEntropy } from "../cross-entropy.ts";
import { trainingLogits } from "../training-logits.ts";
import { defineMethod, type MethodMaker } from "./method.ts";

/** Standard training, also called natural: cross-entropy on the images as they are. */
export const standard: MethodMaker<Readonly<Record<never, never>>> = defineMethod({
  id: "standard",
  summary: "Cross-entropy on the images as they are (natural training).",
  params: {},
  objective(_params, model, { x, targets }) {
    const logits = trainingLogits(model, x);
    return { loss: crossEntropy(logits, targets), logits };
  },
});
