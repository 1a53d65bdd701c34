import { keyedRandom } from "@kwta/core";

/** A damaged copy of a file: bits turned, numbers made huge, parts cut, doubled or moved. The same key does the same. */
export function mutate(file: Uint8Array, ...key: (string | number)[]): Uint8Array {
  const draws = keyedRandom(1, ...key).uniform(new Float32Array(64), 0, 1);
  let next = 0;
  const below = (n: number): number => Math.floor(draws[next++ % draws.length]! * n * 0.999999);
  let bytes: Uint8Array = new Uint8Array(file);
  for (let times = 1 + below(3); times > 0; times--) bytes = DAMAGES[below(DAMAGES.length)]!(bytes, below);
  return bytes;
}

type Damage = (bytes: Uint8Array, below: (n: number) => number) => Uint8Array;

const DAMAGES: readonly Damage[] = [
  (bytes, below) => changed(bytes, below(bytes.length), (old) => old ^ (1 << below(8))),
  (bytes, below) => changed(bytes, below(bytes.length), () => below(256)),
  (bytes, below) => changed(bytes, below(bytes.length), () => [0, 1, 127, 128, 255][below(5)]!),
  // A digit of a JSON header, or a small number.
  (bytes, below) => {
    const digits = [...bytes.keys()].filter((i) => bytes[i]! >= 0x30 && bytes[i]! <= 0x39);
    return digits.length === 0 ? bytes : changed(bytes, digits[below(digits.length)]!, () => 0x30 + below(10));
  },
  // Lengths of 1 to 8 bytes that claim too much.
  (bytes, below) => bytes.fill([255, 127, 0][below(3)]!, ...range(bytes, below, 8)),
  (bytes, below) => bytes.slice(0, below(bytes.length)),
  (bytes, below) => without(bytes, ...range(bytes, below, 40)),
  (bytes, below) => {
    const [start, end] = range(bytes, below, 40);
    return joined(bytes.subarray(0, end), bytes.subarray(start));
  },
  (bytes, below) => bytes.copyWithin(below(bytes.length), ...range(bytes, below, 40)),
];

function changed(bytes: Uint8Array, at: number, f: (old: number) => number): Uint8Array {
  if (at < bytes.length) bytes[at] = f(bytes[at]!);
  return bytes;
}

function range(bytes: Uint8Array, below: (n: number) => number, most: number): [start: number, end: number] {
  const start = below(bytes.length);
  return [start, Math.min(bytes.length, start + 1 + below(most))];
}

function without(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return joined(bytes.subarray(0, start), bytes.subarray(end));
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
