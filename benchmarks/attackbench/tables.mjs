// @ts-check
import { groupOf, groups } from "./scores.mjs";
/** @import { TableData } from "@kwta/viz" */
/** @import { Scored } from "./types.ts" */

/** A distance farther than this is not the same. */
const FARTHER = 1.05;

/**
 * A table for each net and norm.
 *
 * @param {readonly Scored[]} rows
 * @returns {TableData[]}
 */
export function scoreTable(rows) {
  return groups(rows).map((scores) => ({
    caption: `${groupOf(/** @type {Scored} */ (scores[0]))}, ${scores[0]?.distances.length} images that it gets right`,
    columns: [
      "attack",
      { title: "library", align: "left" },
      "optimality",
      "area",
      "median",
      "broken",
      "#F",
      "#B",
      "s/image",
    ],
    rows: scores.map(({ attack, library, localOptimality, area, median, broken, forwards, backwards, seconds }) => [
      attack,
      library,
      localOptimality === null ? null : localOptimality.toFixed(3),
      area.toFixed(3),
      short(median),
      `${Math.round(100 * broken)} %`,
      Math.round(forwards),
      Math.round(backwards),
      short(seconds),
    ]),
  }));
}

/**
 * Attacks that both libraries have, sample by sample.
 *
 * @param {readonly Scored[]} rows
 * @returns {TableData[]} none where there is no such attack
 */
export function besideTable(rows) {
  const pairs = rows.flatMap((ours) => {
    const theirs = rows.find(
      (each) => each.library !== ours.library && each.attack === ours.attack && groupOf(each) === groupOf(ours),
    );
    return ours.library === "kwta" && theirs !== undefined ? [{ ours, theirs }] : [];
  });
  if (pairs.length === 0) return [];
  const caption = "kwta beside adv_lib: on how many images each comes over 5 % nearer";
  return [
    {
      caption,
      columns: [
        "attack",
        { title: "on", align: "left" },
        "distance ratio",
        "kwta nearer",
        "adv_lib nearer",
        "time ratio",
      ],
      rows: pairs.map(({ ours, theirs }) => [
        ours.attack,
        groupOf(ours),
        ratio(ours.distances, theirs.distances),
        nearer(ours.distances, theirs.distances),
        nearer(theirs.distances, ours.distances),
        (ours.seconds / theirs.seconds).toFixed(2),
      ]),
    },
  ];
}

/** The geometric mean over the images that both broke. @param {readonly number[]} ours @param {readonly number[]} theirs */
function ratio(ours, theirs) {
  const logs = ours.flatMap((distance, i) => {
    const log = Math.log(distance / /** @type {number} */ (theirs[i]));
    return Number.isFinite(log) ? [log] : [];
  });
  return logs.length === 0 ? null : Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length).toFixed(3);
}

/** @param {readonly number[]} ours @param {readonly number[]} theirs */
function nearer(ours, theirs) {
  return ours.filter((distance, i) => FARTHER * distance < /** @type {number} */ (theirs[i])).length;
}

/** @param {number} value */
function short(value) {
  return value < Infinity ? String(Number(value.toPrecision(3))) : null;
}
