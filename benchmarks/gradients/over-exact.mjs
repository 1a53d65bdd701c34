// @ts-check
/** @import { Row } from "../driver/types.ts" */

/**
 * How many times as long as the exact gradient of the same net each of the others takes.
 *
 * @param {readonly Row[]} rows
 * @returns {string[]} a note for each contestant
 */
export function overExact(rows) {
  const contestants = [...new Set(rows.map(({ contestant }) => contestant))];
  return contestants.flatMap((contestant) => {
    const own = rows.filter((row) => row.contestant === contestant);
    const others = own.flatMap((row) => {
      const [activation, backward] = row.case.split(" ");
      const exact = own.find((each) => each.case === `${activation} exact`);
      if (exact === undefined || backward === "exact") return [];
      return [`${row.case} ${(exact.median / row.median).toFixed(2)}x`];
    });
    return others.length === 0 ? [] : [`${contestant}, over the exact gradient: ${others.join(", ")}.`];
  });
}
