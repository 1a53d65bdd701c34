/** How far the best of the other classes is above this one: positive where the net is wrong. */
export function marginOf(logits: ArrayLike<number>, label: number): number {
  let best = -Infinity;
  for (let i = 0; i < logits.length; i++) if (i !== label) best = Math.max(best, logits[i]!);
  return best - logits[label]!;
}
