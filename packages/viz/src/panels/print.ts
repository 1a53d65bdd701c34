import type { Panels } from "./panels.ts";

/** The widths of a picture in a paper. */
export type PrintWidth = keyof typeof PRINT_WIDTHS;

/**
 * In points: a column of a page with two, and the text of a page with one. In pixels: the sheet that is drawn, so that its
 * smallest text, of 11 pixels, has 6 points there, and the others 7 to 9.
 */
export const PRINT_WIDTHS = {
  column: { points: 240, pixels: 440 },
  page: { points: 396, pixels: 726 },
} as const;

/** Rows whose panels are none narrower than they can be: what does not fit beside its neighbours goes below them. */
export function reflowed<T>(
  rows: readonly (readonly T[])[],
  { leastWidth = LEAST }: Pick<Panels, "leastWidth">,
  inner: number,
  gap: number,
): T[][] {
  const columns = Math.max(1, Math.floor((inner + gap) / (leastWidth + gap)));
  return rows.flatMap((row) => {
    if (row.length <= columns) return [[...row]];
    const there = row.filter((panel) => panel !== null);
    const lines = Math.ceil(there.length / columns);
    const each = Math.ceil(there.length / lines);
    return Array.from({ length: lines }, (_, i) => there.slice(i * each, (i + 1) * each));
  });
}

const LEAST = 250;
