import type { ActivationColumns } from "../compute/activations.ts";

/** The least number that wins. */
export function barOf({ kwta, wins }: ActivationColumns): number {
  return Math.min(...kwta.filter((_, i) => wins[i]));
}

/** Who wins, where the bar stands, and why there may be more winners than were asked for. */
export function winnersText(columns: ActivationColumns, k: number): string {
  const winners = columns.kwta.filter((_, i) => columns.wins[i]);
  const bar = barOf(columns);
  const text = `k-WTA keeps ${winners.map(written).join(", ")}; its bar stands at ${written(bar)}.`;
  if (winners.length === k) return text;
  return `${text} Those are ${winners.length} winners and not ${k}: all numbers that equal the k-th largest win.`;
}

/** A number with one decimal, and a proper minus. */
export function written(value: number): string {
  return value === 0 ? "0" : value.toFixed(1).replace("-", "−");
}
