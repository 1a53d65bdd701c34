/** Something about the model or the attack that a reader of the numbers must know. */
export interface Diagnostic {
  readonly kind: DiagnosticKind;
  /** How many samples it concerns; of leaked tensors, how many tensors. */
  readonly count: number;
  /** For people. */
  readonly message: string;
}

/** The kinds of {@link Diagnostic}. */
export type DiagnosticKind =
  | "non-finite-logits"
  | "non-finite-gradient"
  | "zero-gradient"
  | "nondeterministic"
  | "budget-spent"
  | "leaked-tensors"
  | "probabilities";

const MESSAGES: Readonly<Record<DiagnosticKind, string>> = {
  "non-finite-logits": "The model gave NaN or infinite scores; such points never count as adversarial.",
  "non-finite-gradient": "The gradient held NaN or infinite values, so gradient attacks were weakened.",
  "zero-gradient":
    "The gradient was exactly zero somewhere on the way, so gradient attacks were weakened. The model may hide its gradient.",
  nondeterministic:
    "A point was adversarial when the attack saw it and not when it was verified, so it does not count. " +
    "The model may be random.",
  "budget-spent": "The attack stopped at its query budget, not at its end.",
  "leaked-tensors":
    "The attack kept so many tensors, which fill the memory. It should dispose them, or work inside tf.tidy. " +
    "(If something else computed at the same time, they may be its own.)",
  probabilities:
    "The model's scores are saturated: they look like probabilities behind a softmax or sigmoid that could not be looked " +
    "through. Their gradient vanishes, so the model seems more robust than it is. Attack the logits.",
};

/** The sums of several counts; kinds that did not occur are left out. */
export function diagnosticsOf(counts: readonly ReadonlyMap<DiagnosticKind, number>[]): Diagnostic[] {
  const kinds = Object.keys(MESSAGES) as DiagnosticKind[];
  return kinds
    .map((kind) => ({
      kind,
      count: counts.reduce((sum, each) => sum + (each.get(kind) ?? 0), 0),
      message: MESSAGES[kind],
    }))
    .filter(({ count }) => count > 0);
}
