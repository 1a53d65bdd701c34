import type { Bounds } from "../norms/bounds.ts";
import type { Norm } from "../norms/index.ts";

/** `x + t * direction`, inside the box. */
export function along(x: Float32Array, direction: Float32Array, t: number, { min, max }: Bounds): Float32Array {
  return x.map((value, i) => Math.min(max, Math.max(min, value + t * direction[i]!)));
}

/** The straight way from one point to another: the point at this share of it. */
export function between(from: Float32Array, to: Float32Array, share: number): Float32Array {
  return from.map((value, i) => value + share * (to[i]! - value));
}

export function minus(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - b[i]!);
}

/** Adds so many times a vector to another, in place. */
export function addTimes(sum: Float32Array, factor: number, vector: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += factor * vector[i]!;
}

/** The Euclidean norm. */
export function lengthOfVector(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}

/** Divided by its Euclidean norm; zero stays zero. */
export function unit(vector: Float32Array): Float32Array {
  const size = lengthOfVector(vector);
  return size === 0 ? vector.slice() : vector.map((value) => value / size);
}

/** The size of a perturbation. */
export function sizeIn(norm: Norm, vector: Float32Array): number {
  if (norm === "l2") return lengthOfVector(vector);
  let size = 0;
  for (const value of vector) {
    const part = Math.abs(value);
    size = norm === "linf" ? Math.max(size, part) : size + (norm === "l0" ? Number(part > 0) : part);
  }
  return size;
}
