/**
 * Undoes the filter of a row of a PNG in place: the byte at `at` names it, `length` bytes follow. The row before it, already
 * undone, ends where this one begins.
 *
 * @param pixel bytes of a pixel, at least 1
 * @param first whether there is no row before it
 * @throws Error for a filter that there is not
 */
export function unfilter(rows: Uint8Array, at: number, length: number, pixel: number, first: boolean): void {
  const kind = rows[at]!;
  if (kind === 0) return;
  const predict = PREDICTORS[kind];
  if (!predict) throw new Error(`it has a filter ${kind}`);
  const from = at + 1;
  const above = from - length - 1;
  for (let i = 0; i < length; i++) {
    const left = i < pixel ? 0 : rows[from + i - pixel]!;
    const up = first ? 0 : rows[above + i]!;
    const corner = first || i < pixel ? 0 : rows[above + i - pixel]!;
    rows[from + i]! += predict(left, up, corner);
  }
}

/** @see https://www.w3.org/TR/png-3/#9Filters */
const PREDICTORS: Readonly<Record<number, (left: number, up: number, corner: number) => number>> = {
  1: (left) => left,
  2: (_, up) => up,
  3: (left, up) => (left + up) >> 1,
  4: (left, up, corner) => {
    const toLeft = Math.abs(up - corner);
    const toUp = Math.abs(left - corner);
    const toCorner = Math.abs(left + up - 2 * corner);
    if (toLeft <= toUp && toLeft <= toCorner) return left;
    return toUp <= toCorner ? up : corner;
  },
};
