import type { NamedTensor } from "@kwta/core";

/** Weights and inputs by a formula of the tensor's name, so that any program can make the same network without a file. */
export function formulaTensor(name: string, shape: readonly number[]): NamedTensor {
  const size = shape.reduce((product, n) => product * n, 1);
  const data = new Float32Array(size);
  const [offset, factor] = scale(name, shape);
  const seed = fnv1a32(name);
  for (let i = 0; i < size; i++) data[i] = offset + factor * ((hash(i + seed) >>> 8) * 2 ** -23 - 1);
  return { shape, data };
}

function scale(name: string, shape: readonly number[]): [offset: number, factor: number] {
  if (name === "input") return [0.5, 0.5];
  if (shape.length > 1) return [0, Math.sqrt(6 / shape.slice(1).reduce((product, n) => product * n, 1))];
  if (name.endsWith("running_mean")) return [0, 0.05];
  if (name.endsWith("running_var")) return [1, 0.2];
  return [name.endsWith(".weight") ? 1 : 0, 0.1];
}

function hash(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return x ^ (x >>> 16);
}

function fnv1a32(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value;
}
