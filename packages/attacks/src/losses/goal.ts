/** What the attacker wants: any wrong class, or one class per sample. Arrays run along the samples. */
export type Goal =
  | { readonly kind: "untargeted"; readonly labels: Int32Array }
  | { readonly kind: "targeted"; readonly labels: Int32Array; readonly targets: Int32Array };

/** The goal of some of the samples, in the order of `rows`: arrays of its own. */
export function goalOf(goal: Goal, rows: Int32Array): Goal {
  const labels = rows.map((row) => goal.labels[row]!);
  if (goal.kind === "untargeted") return { kind: goal.kind, labels };
  return { kind: goal.kind, labels, targets: rows.map((row) => goal.targets[row]!) };
}

/** Whether a prediction is what the attacker wants for the sample in `row`: the one rule that decides success. */
export function reaches(goal: Goal, row: number, predicted: number): boolean {
  return goal.kind === "untargeted" ? predicted !== goal.labels[row] : predicted === goal.targets[row];
}
