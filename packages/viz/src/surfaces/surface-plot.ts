import { viridis } from "./viridis.ts";
import {
  projectSurface,
  type ProjectedSurface,
  type Projection,
  type SurfaceGrid,
  type SurfacePolygon,
} from "./project-surface.ts";
import { decimal, picture, textAt, type Picture } from "../svg/picture.ts";
import { niceTicks, tickLabel } from "../text/ticks.ts";
import type { LabelledSurface, SurfaceAxis } from "./labelled-surface.ts";

const view = { azimuth: -60, elevation: 32, height: 0.74 };
/** Room for tick labels: of the heights at the left, of the ground below. */
const margin = { left: 38, right: 40, top: 4, bottom: 40 };

/** The surface as a shaded solid in a box with axes. `domain` is the range of heights of all surfaces side by side. */
export function surfacePlot(surface: LabelledSurface, domain: readonly [number, number], width: number): Picture {
  const projected = projectSurface(surface, { ...view, domain });
  const corners = [-0.5, 0.5].flatMap((x) => [-0.5, 0.5].map((y) => [x, y] as const));
  const rights = corners.map(([x, y]) => projected.project(x, y, 0)[0]);
  const ups = corners.flatMap(([x, y]) => [-1, 1].map((z) => projected.project(x, y, (z * view.height) / 2)[1]));
  const scale = (width - margin.left - margin.right) / (Math.max(...rights) - Math.min(...rights));
  const height = Math.ceil(margin.top + margin.bottom + scale * (Math.max(...ups) - Math.min(...ups)));
  const left = margin.left - scale * Math.min(...rights);
  const top = margin.top + scale * Math.max(...ups);
  const place: Projection = (x, y, z) => {
    const [right, up] = projected.project(x, y, z);
    return [left + scale * right, top - scale * up];
  };
  const body = axes(surface, domain, place, width) + solid(projected, left, top, scale);
  return picture(width, height, surface.label, body);
}

/** Smallest and largest height of the surface, in words: `"0.12 and 3.40, 2 not finite"`. */
export function heightRange({ z }: Pick<SurfaceGrid, "z">): string {
  const finite = z.flat().filter((value) => value !== null);
  if (finite.length === 0) return "no finite value";
  let [low, high] = [Infinity, -Infinity];
  for (const value of finite) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const holes = z.flat().length - finite.length;
  return `${low.toFixed(2)} and ${high.toFixed(2)}${holes === 0 ? "" : `, ${holes} not finite`}`;
}

/** Polygons of one colour that follow each other share a path. */
function solid({ polygons }: ProjectedSurface, left: number, top: number, scale: number): string {
  let paths = "";
  let color = "";
  for (const polygon of polygons) {
    const next = shade(polygon);
    if (next !== color) paths += `${paths === "" ? "" : `"/>`}<path fill="${next}" d="`;
    color = next;
    paths += outline(polygon, 10 * scale);
  }
  if (paths === "") return "";
  const place = `translate(${decimal(left)} ${decimal(top)}) scale(.1)`;
  return `<g transform="${place}">${paths}"/></g>`;
}

/** Colour by height; light and shadow move it by at most a quarter. */
function shade({ level, light }: SurfacePolygon): string {
  const brightness = 0.74 + 0.34 * (Math.round(light * 20) / 20);
  const channels = viridis(Math.round(level * 100) / 100).map((channel) =>
    Math.min(255, Math.round(channel * brightness)),
  );
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * In whole tenths of a pixel, each corner relative to the one before. Corners stand half a pixel outwards, so that the
 * ground does not shine through between neighbours.
 */
function outline({ corners }: SurfacePolygon, scale: number): string {
  const around = uncrossed(corners);
  const turns = around.map((corner, i) => side(around[(i + 3) % 4]!, corner, around[(i + 1) % 4]!));
  // Of four corners at most one points inwards, where the outline turns the other way.
  const turn = Math.sign(turns.reduce((sum, each) => sum + Math.sign(each), 0));
  const points = around.map(([x, y], i) => {
    const [before, after] = [around[(i + 3) % 4]!, around[(i + 1) % 4]!];
    const [a, b] = [direction(before, [x, y]), direction(after, [x, y])];
    const room = turns[i]! * turn < 0 ? -4 : 4;
    return [Math.round(scale * x + room * (a[0] + b[0])), -Math.round(scale * y + room * (a[1] + b[1]))] as const;
  });
  const steps = points.slice(1).map(([x, y], i) => `l${x - points[i]![0]} ${y - points[i]![1]}`);
  return `M${points[0]!.join(" ")}${steps.join("")}z`.replaceAll(" -", "-");
}

type Corner = SurfacePolygon["corners"][number];

/** The corners of a cell that is seen folded, so that two of its edges cross, in the order in which they stand around it. */
function uncrossed(corners: readonly Corner[]): readonly Corner[] {
  const [a, b, c, d] = corners as readonly [Corner, Corner, Corner, Corner];
  if (cross(a, b, c, d)) return [a, c, b, d];
  return cross(b, c, d, a) ? [a, b, d, c] : corners;
}

/** On which side of the line from p to q the corner r lies. */
function side(p: Corner, q: Corner, r: Corner): number {
  return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
}

/** Whether the segments from a to b and from c to d cross. */
function cross(a: Corner, b: Corner, c: Corner, d: Corner): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** Of length 1, or 0 where both points are one. */
function direction(from: readonly [number, number], to: readonly [number, number]): [x: number, y: number] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.sqrt(dx * dx + dy * dy) || 1;
  return [dx / length, dy / length];
}

const [bottom, ceiling] = [-view.height / 2, view.height / 2];

/** Floor and back walls with a light grid, tick labels along the front edges, names of the three directions. */
function axes(surface: LabelledSurface, domain: readonly [number, number], place: Projection, width: number): string {
  const size = 11;
  const { axes: names } = surface;
  // A small picture has no room for more than a word; the caption says the rest.
  const name = ({ name: whole, short = whole }: SurfaceAxis): string => (width < 400 ? short : whole);
  const xs = axisTicks(surface.x);
  const ys = axisTicks(surface.y);
  const zs = niceTicks(domain[0], domain[1], 4).map((value) => ({
    value,
    at: ((value - domain[0]) / (domain[1] - domain[0]) - 0.5) * view.height,
  }));
  const label = ({ value }: Tick, [x, y]: [number, number], down: number, anchor: "start" | "end"): string =>
    textAt(tickLabel(value), x, y + down * size, { size, anchor, opacity });
  const [left, top] = place(-0.5, -0.5, ceiling);
  return [
    walls(xs, ys, zs, place),
    ...labelled(xs).map((tick) => label(tick, place(tick.at, -0.53, bottom), 1.2, "end")),
    ...labelled(ys).map((tick) => label(tick, place(0.53, tick.at, bottom), 0.9, "start")),
    ...zs.map((tick) => label(tick, place(-0.53, -0.53, tick.at), 0.35, "end")),
    along(name(names.x), place(-0.5, -0.5, bottom), place(0.5, -0.5, bottom), size, 3.3),
    along(name(names.y), place(0.5, -0.5, bottom), place(0.5, 0.5, bottom), size, 4.1),
    textAt(name(names.z), left, top - 6, { size, anchor: "middle", opacity }),
  ].join("");
}

const opacity = 0.85;

/** Lines at the ticks on the floor and on the two walls behind the surface, and the three edges that carry the ticks. */
function walls(xs: readonly Tick[], ys: readonly Tick[], zs: readonly Tick[], place: Projection): string {
  const path = (...points: readonly (readonly [number, number, number])[]): string =>
    `M${points
      .map((point) =>
        place(...point)
          .map(decimal)
          .join(" "),
      )
      .join("L")}`;
  const grid = [
    ...xs.map(({ at }) => path([at, -0.5, bottom], [at, 0.5, bottom], [at, 0.5, ceiling])),
    ...ys.map(({ at }) => path([0.5, at, bottom], [-0.5, at, bottom], [-0.5, at, ceiling])),
    ...zs.map(({ at }) => path([-0.5, -0.5, at], [-0.5, 0.5, at], [0.5, 0.5, at])),
  ];
  const edges = path([-0.5, -0.5, ceiling], [-0.5, -0.5, bottom], [0.5, -0.5, bottom], [0.5, 0.5, bottom]);
  const line = (d: string, strength: number): string =>
    `<path d="${d}" fill="none" stroke="currentColor" stroke-opacity="${strength}"/>`;
  return line(grid.join(""), 0.16) + line(edges, 0.5);
}

/** A text some lines below the edge from `from` to `to`, parallel to it. */
function along(text: string, from: [number, number], to: [number, number], size: number, lines: number): string {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.sqrt(dx * dx + dy * dy);
  const distance = size * lines;
  const [x, y] = [(from[0] + to[0]) / 2 - (distance * dy) / length, (from[1] + to[1]) / 2 + (distance * dx) / length];
  return textAt(text, x, y, { size, anchor: "middle", turn: (Math.atan2(dy, dx) * 180) / Math.PI, opacity });
}

interface Tick {
  readonly value: number;
  /** From -1/2 to 1/2. */
  readonly at: number;
}

/** Round steps along an axis, with their places in the box. */
export function axisTicks(values: readonly number[]): Tick[] {
  const [low, high] = [values[0]!, values.at(-1)!];
  // Rounding of the measured places must not lose the last tick.
  const room = (high - low) * 1e-6;
  return niceTicks(low - room, high + room, 4).map((value) => ({ value, at: (value - low) / (high - low) - 0.5 }));
}

/** Every other tick where there are many: labels need room. */
export function labelled(ticks: readonly Tick[]): readonly Tick[] {
  return ticks.length > 4 ? ticks.filter((_, i) => (ticks.length - 1 - i) % 2 === 0) : ticks;
}
