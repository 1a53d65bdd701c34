// @ts-check
/** @import { Row } from "../driver/types.ts" */

/**
 * In how many cases tensorflow is faster than wasm on as many threads, and which the others are.
 *
 * @param {readonly Row[]} rows
 * @returns {string[]} a note for each number of threads
 */
export function fasterBackend(rows) {
  const threads = [
    ...new Set(rows.flatMap(({ contestant }) => /^kwta-tensorflow-(\d+t)$/.exec(contestant)?.[1] ?? [])),
  ];
  return threads.flatMap((count) => {
    const of = (/** @type {string} */ backend) =>
      rows.filter(({ contestant }) => contestant === `kwta-${backend}-${count}`);
    const pairs = of("tensorflow").flatMap((row) => {
      const wasm = of("wasm").find((each) => each.case === row.case);
      return wasm === undefined ? [] : [{ name: row.case, gain: row.median / wasm.median }];
    });
    if (pairs.length === 0) return [];
    const behind = pairs.filter(({ gain }) => gain < 1);
    const others = behind.map(({ name, gain }) => `${name} (${gain.toFixed(2)}x)`);
    return [
      `On ${count}, tensorflow is faster than wasm in ${pairs.length - behind.length} of ${pairs.length} cases` +
        `${others.length === 0 ? "" : `, and slower in ${others.join(", ")}`}.`,
    ];
  });
}
