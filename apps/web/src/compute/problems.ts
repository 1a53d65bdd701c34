import { keyedRandom, lookUp } from "@kwta/core";

/** What the playground's nets learn: a curve, or to tell two classes of points apart. */
export interface Problem {
  readonly kind: "fit" | "classify";
  /** Of a point: 1 for a curve, 2 for classes. */
  readonly dimensions: 1 | 2;
  /** [n, dimensions], in [-1, 1]. */
  readonly points: Float32Array;
  /** The height of the curve, or the class, 0 or 1. */
  readonly targets: Float32Array;
  /** The curve that the points lie on. */
  readonly curve?: (x: number) => number;
}

/** The names of all problems, as they stand in the address. */
export const PROBLEMS = ["bump", "sine", "spirals", "circles", "xor", "gaussians"] as const;

/** @see {@link PROBLEMS} */
export type ProblemName = (typeof PROBLEMS)[number];

/** The points of a problem: the same for the same seed. */
export function makeProblem(name: ProblemName, seed: number): Problem {
  const maker = lookUp("problem", name, MAKERS);
  return maker(keyedRandom(seed, "playground", name).at, keyedRandom(seed, "playground", name, "noise").normal);
}

/** The `index`-th of a stream of numbers in [0, 1). */
type Draw = (index: number) => number;
type Normal = (out: Float32Array) => Float32Array;

const MAKERS: Readonly<Record<ProblemName, (draw: Draw, normal: Normal) => Problem>> = {
  bump: () => fit(7, (x) => 0.75 - 1.3 * x * x),
  sine: () => fit(12, (x) => 0.7 * Math.sin(5.5 * x)),
  spirals: (draw) =>
    classify(120, (i, label) => {
      const t = 0.12 + 0.88 * Math.sqrt((i + draw(i)) / 120);
      const angle = 3.4 * Math.PI * 0.62 * t * 2 + label * Math.PI;
      return [0.95 * t * Math.cos(angle), 0.95 * t * Math.sin(angle)];
    }),
  circles: (draw) =>
    classify(100, (i, label) => {
      const radius = label === 0 ? 0.42 * Math.sqrt(draw(4 * i)) : 0.66 + 0.28 * draw(4 * i + 1);
      const angle = 2 * Math.PI * draw(4 * i + 2 + label);
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    }),
  xor: (draw) =>
    classify(100, (i, label) => {
      const side = i % 2 === 0 ? 1 : -1;
      const [x, y] = [0.08 + 0.86 * draw(4 * i + label), 0.08 + 0.86 * draw(4 * i + 2 + label)];
      return [side * x, (label === 0 ? side : -side) * y];
    }),
  gaussians: (_, normal) => {
    const noise = normal(new Float32Array(400));
    return classify(100, (i, label) => {
      const centre = label === 0 ? -0.36 : 0.36;
      const at = 4 * i + 2 * label;
      return [clip(centre + 0.23 * noise[at]!), clip(centre + 0.23 * noise[at + 1]!)];
    });
  },
};

function fit(count: number, curve: (x: number) => number): Problem {
  const points = Float32Array.from({ length: count }, (_, i) => -0.9 + (1.8 * i) / (count - 1));
  return { kind: "fit", dimensions: 1, points, targets: points.map(curve), curve };
}

/** `count` points of each of two classes, in turn. */
function classify(count: number, place: (i: number, label: 0 | 1) => readonly [x: number, y: number]): Problem {
  const points = new Float32Array(4 * count);
  for (let i = 0; i < count; i++) {
    points.set(place(i, 0), 4 * i);
    points.set(place(i, 1), 4 * i + 2);
  }
  const targets = Float32Array.from({ length: 2 * count }, (_, i) => i % 2);
  return { kind: "classify", dimensions: 2, points, targets };
}

function clip(value: number): number {
  return Math.max(-0.97, Math.min(0.97, value));
}
