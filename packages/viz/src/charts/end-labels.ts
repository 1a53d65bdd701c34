import { pixelWidth } from "../text/text-width.ts";
import { textLayer, type Layer } from "./layer.ts";
import type { Line } from "./line-series.ts";

const size = 11;
const apart = 13;
const gap = 6;

/** Pixels that the names of all lines need to the right of the plot. */
export function endRoom(lines: readonly Line[]): number {
  return gap + Math.max(18, ...lines.map(({ name }) => Math.ceil(1.12 * pixelWidth(name, size))));
}

/** The name of each line beside its last point, moved up or down where names would cover each other. */
export function endLabels(
  lines: readonly Line[],
  [low, high]: readonly [number, number],
  { width, height }: { readonly width: number; readonly height: number },
): Layer[] {
  const wanted = lines
    .flatMap((line) => {
      const last = line.points.at(-1);
      return last === undefined ? [] : [{ line, y: height * (1 - (last.y - low) / (high - low)) }];
    })
    .sort((a, b) => a.y - b.y);
  const places = spreadOut(
    wanted.map(({ y }) => Math.min(height, Math.max(0, y))),
    apart,
    height,
  );
  return wanted.map(({ line: { name, color, weight } }, i) =>
    textLayer(name, width + gap, places[i]!, {
      baseline: "middle",
      fontSize: size,
      color,
      // What is emphasised among the lines is so among the names.
      fontWeight: weight > 2 ? 600 : 400,
    }),
  );
}

/** Rising places that are `least` or more apart, near to those that are wanted, from 0 to `end` where there is room. */
function spreadOut(wanted: readonly number[], least: number, end: number): number[] {
  const places = [...wanted];
  for (let i = 1; i < places.length; i++) places[i] = Math.max(places[i]!, places[i - 1]! + least);
  // Back from the end: what was pushed beyond it moves up, and those before it as far as they must.
  let limit = Math.max(end, least * (places.length - 1));
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i]!, limit);
    limit = places[i]! - least;
  }
  return places;
}
