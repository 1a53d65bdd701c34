// @ts-check
/** @import { Row } from "../driver/types.ts" */

/** On how many cores the speed is estimated. */
const CORES = [8, 16];

/**
 * What two threads gain over one, case by case: the share of the time of one thread that did not get shorter (Amdahl's serial
 * share), and the speed that follows from it on more cores. An estimate: it knows nothing of memory and clocks.
 *
 * @param {readonly Row[]} rows
 * @returns {string[]} a note for each contestant that ran on one and two threads
 */
export function scaling(rows) {
  const engines = [...new Set(rows.flatMap(({ contestant }) => /^(.*)-1t$/.exec(contestant)?.[1] ?? []))];
  return engines.flatMap((engine) => {
    const parts = rows
      .filter(({ contestant }) => contestant === `${engine}-1t`)
      .flatMap((one) => {
        const two = rows.find((row) => row.contestant === `${engine}-2t` && row.case === one.case);
        return two === undefined ? [] : [caseText(one, two)];
      });
    return parts.length === 0 ? [] : [`${engine}, from 1 and 2 threads: ${parts.join("; ")}.`];
  });
}

/** @param {Row} one @param {Row} two */
function caseText(one, two) {
  const gain = two.median / one.median;
  const serial = serialShare(gain);
  const speeds = CORES.map((cores) => `${Number((one.median * speedUp(serial, cores)).toPrecision(3))} on ${cores}`);
  return `${one.case} ${gain.toFixed(2)}x, serial ${Math.round(100 * serial)} %, ${one.unit} ${speeds.join(", ")} cores`;
}

/** @param {number} gain of two threads over one @returns {number} 0 to 1; 1 where two are no faster */
export function serialShare(gain) {
  return Math.min(1, Math.max(0, 2 / gain - 1));
}

/** @param {number} serial @param {number} cores */
export function speedUp(serial, cores) {
  return 1 / (serial + (1 - serial) / cores);
}
