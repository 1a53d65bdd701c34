import type { Goal } from "./goal.ts";
import { focus } from "./loss.ts";

/** What a sample's logits say about a goal. */
export interface Verdict {
  /** NaN as soon as one logit is not finite. */
  readonly margin: number;
  /** The class of highest score; 0 where there is none. */
  readonly predicted: number;
}

/**
 * Verdicts on logits that were read back, `[n, classes]` row by row: the same numbers as the loss "margin" gives, without a
 * dozen operations on a backend.
 */
export function verdictsOf(logits: Float32Array, goal: Goal): Verdict[] {
  const { classes, sign } = focus(goal);
  const numClasses = logits.length / classes.length;
  return Array.from(classes, (own, row) => {
    const start = row * numClasses;
    let [best, highest, others, isFinite] = [0, -Infinity, -Infinity, true];
    for (let each = 0; each < numClasses; each++) {
      const score = logits[start + each]!;
      isFinite &&= Number.isFinite(score);
      if (score > highest) [best, highest] = [each, score];
      if (each !== own && score > others) others = score;
    }
    const lead = Math.fround(sign * (logits[start + own]! - others));
    return { margin: isFinite ? lead : Number.NaN, predicted: best };
  });
}
