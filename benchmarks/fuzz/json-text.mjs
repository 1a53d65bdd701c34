// @ts-check
import { MOST_BYTES } from "./draws.mjs";
/** @import { Draws } from "./draws.mjs" */

const UNITS = [
  "{}",
  "[]",
  "0",
  "1e999",
  "-0",
  '""',
  "null",
  '{"a":0}',
  "[[]]",
  '"\\u0000"',
  "123456789012345678901234567890",
];

/**
 * JSON that repeats and nests.
 *
 * @param {Draws} d @returns {string}
 */
export function json(d) {
  const unit = d.pick(UNITS);
  const count = Math.min(d.many(500_000), MOST_BYTES / (unit.length + 1));
  const depth = d.many(200_000);
  return d.pick([
    () => unit,
    () => `[${`${unit},`.repeat(count)}${unit}]`,
    () => `{${Array.from({ length: Math.min(count, 50_000) }, (_, i) => `"k${i}":${unit}`).join(",")}}`,
    () => `{${`"a":${unit},`.repeat(Math.min(count, 50_000))}"b":0}`,
    () => `${"[".repeat(depth)}${"]".repeat(d.chance(0.8) ? depth : d.below(depth))}`,
    () => `${'{"a":'.repeat(depth)}0${"}".repeat(depth)}`,
    () => `"${"a".repeat(count)}"`,
    () => "9".repeat(count),
  ])();
}

/** A number that no size is. @param {Draws} d */
export function lie(d) {
  return d.pick([-1, 0.5, 0, 1, 2, 3, 1e5, 2 ** 31, 2 ** 53, 1e300]);
}

/**
 * The JSON of a real file with some of its values replaced by others, and lists in it made longer by their own items.
 *
 * @param {Draws} d @param {unknown} root
 */
export function twist(d, root) {
  const copy = structuredClone(root);
  const places = placesIn(copy);
  const marks = [];
  for (let i = d.below(3); i >= 0; i--) {
    const { holder, key } = d.pick(places);
    const value = holder[key];
    if (Array.isArray(value) && value.length > 0 && d.chance(0.6)) {
      const size = JSON.stringify(value).length;
      const items = Math.min(d.many(20_000), (MOST_BYTES / (size + 1)) * value.length);
      holder[key] = Array.from({ length: items }, (_, at) => value[at % value.length]);
    } else if (d.chance(0.5)) {
      holder[key] = lie(d);
    } else {
      const mark = `@${i}@`;
      holder[key] = mark;
      marks.push(mark);
    }
  }
  return marks.reduce((text, mark) => text.replace(`"${mark}"`, () => json(d)), JSON.stringify(copy));
}

/** @param {any} value @returns {{ holder: any, key: string }[]} every value in it, with what holds it */
function placesIn(value) {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [{ holder: value, key }, ...placesIn(item)]);
}
