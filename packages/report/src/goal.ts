import type { Evaluation } from "@kwta/evaluation";
import { className } from "./words.ts";

/** What an attack had to reach: `"the likeliest wrong class"`; undefined where it was any wrong class. */
export function targetText(evaluation: Evaluation): string | undefined {
  const { goal } = evaluation;
  if (goal === undefined) return undefined;
  switch (goal.targets) {
    case "likely":
      return "the wrong class of highest score";
    case "least-likely":
      return "the class of lowest score";
    case "random":
      return "a random wrong class";
    case "given":
      return "a class given for each image";
    default:
      return `${className(evaluation, goal.targets)}, for all images`;
  }
}

/** The same in a word, for a table. */
export function targetWord(evaluation: Evaluation): string {
  const targets = evaluation.goal?.targets ?? "any";
  return typeof targets === "number" ? className(evaluation, targets) : targets;
}

/** Whether two evaluations had the same goal for each image. */
export function haveSameGoal(first: Evaluation, second: Evaluation): boolean {
  return JSON.stringify(first.samples.targets ?? null) === JSON.stringify(second.samples.targets ?? null);
}
