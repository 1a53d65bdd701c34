// @ts-check
import { localOptimality, lowerEnvelope } from "@kwta/report";
/** @import { Found, Scored } from "./types.ts" */

/**
 * Scores as AttackBench has them. The best is, on each image, the nearest point of any attack of the list on the same net in
 * the same norm.
 *
 * @param {readonly Found[]} found
 * @returns {Scored[]} the best first, net by net and norm by norm
 * @see Cina et al.: "AttackBench" (AAAI 2025), arXiv 2404.19460, section 3
 */
export function scored(found) {
  return groups(found).flatMap((group) => {
    const best = lowerEnvelope(group.map(({ distances }) => distances));
    const most = Math.max(0, ...best.filter((distance) => distance < Infinity));
    return group
      .map((each) => scoredAgainst(each, best, most))
      .sort((a, b) => (b.localOptimality ?? 0) - (a.localOptimality ?? 0));
  });
}

/** Which net and norm it is. @param {Pick<Found, "net" | "norm">} found */
export function groupOf({ net, norm }) {
  return `${norm} on ${net}`;
}

/**
 * Those of each net and norm together.
 *
 * @template {Pick<Found, "net" | "norm">} T
 * @param {readonly T[]} all
 */
export function groups(all) {
  const names = [...new Set(all.map(groupOf))];
  return names.map((name) => all.filter((each) => groupOf(each) === name));
}

/** @param {Found} found @param {readonly number[]} best @param {number} most @returns {Scored} */
function scoredAgainst(found, best, most) {
  const { distances } = found;
  const n = distances.length;
  const sorted = [...distances].sort((a, b) => a - b);
  const cut = distances.reduce((sum, distance) => sum + Math.min(distance, most), 0);
  return {
    ...found,
    broken: distances.filter((distance) => distance < Infinity).length / n,
    median: /** @type {number} */ (sorted[Math.ceil(n / 2) - 1]),
    area: most === 0 ? 1 : cut / (n * most),
    localOptimality: localOptimality(distances, best),
  };
}
