import { type Classifier } from "../src/index.ts";
import { linearClassifier, withHook } from "../src/testing/index.ts";

/** Two classes, two features, z = (2 a - b, 0): class 0 where 2 a > b. */
export const tilted = linearClassifier(
  [
    [2, -1],
    [0, 0],
  ],
  [0, 0],
);

/** Records the points that gradients are asked for, and their rows. */
export function recording(classifier: Classifier): { classifier: Classifier; points: number[][][] } {
  const points: number[][][] = [];
  const hooked = withHook(classifier, (kind, x) => {
    if (kind === "lossAndGradient") points.push(x.arraySync() as number[][]);
  });
  return { classifier: hooked, points };
}
