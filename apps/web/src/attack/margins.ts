import type { ImageAttack, Question } from "../compute/image-attack.ts";
import { marginOf } from "../compute/margin.ts";
import { CLASSES } from "./classes.ts";

/** One start of an attack: margins against the gradients followed before. */
export type Start = readonly (readonly [gradients: number, margin: number])[];

/** The questions of an attack that has come to its end. */
export function questionsOf({ logits, followed, label }: ImageAttack): Question[] {
  return Array.from(followed, (flag, i) => ({
    margin: marginOf(logits.subarray(CLASSES * i, CLASSES * (i + 1)), label),
    followed: flag === 1,
  }));
}

/**
 * The starts of an attack by gradients. Each ends with a question about its last point, of which no gradient is asked; the
 * next gradient is that of another start.
 */
export function startsOf(questions: readonly Question[]): Start[] {
  const starts: [number, number][][] = [];
  let gradients = 0;
  for (const [i, { margin, followed }] of questions.entries()) {
    if (followed && questions[i - 1]?.followed !== true) starts.push([]);
    starts.at(-1)?.push([gradients, margin]);
    if (followed) gradients++;
  }
  return starts;
}
