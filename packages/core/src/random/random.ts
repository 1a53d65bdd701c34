import { threefry2x32 } from "./threefry.ts";

/** What a stream of random numbers belongs to: a seed, then any words and numbers that name its purpose. */
export type RandomKey = readonly [seed: number, ...purpose: (string | number)[]];

/**
 * A stream of random numbers that depends on its key alone: never on what was drawn before, on the batch, the backend or
 * the number of workers.
 *
 * @example
 * ```ts
 * const random = keyedRandom(7, "pgd", "start", sampleId);
 * random.uniform(new Float32Array(784), -0.1, 0.1);
 * ```
 */
export interface KeyedRandom {
  /** Fills `out` with uniform numbers in [low, high), 24 bits each; defaults 0 and 1. Returns `out`. */
  uniform(out: Float32Array, low?: number, high?: number): Float32Array;
  /** Fills `out` with normal numbers (Box-Muller); defaults mean 0 and standard deviation 1. Returns `out`. */
  normal(out: Float32Array, mean?: number, deviation?: number): Float32Array;
  /** One number in [0, 1): the `index`-th of the stream. */
  at(index: number): number;
  /** The numbers 0 .. n - 1 in a random order (Fisher-Yates). */
  permutation(n: number): Uint32Array;
}

/** @see {@link KeyedRandom} */
export function keyedRandom(...key: RandomKey): KeyedRandom {
  const [key0, key1] = hashKey(key);
  const pair = new Uint32Array(2);
  const at = (index: number): number => {
    threefry2x32(key0, key1, index >>> 1, 0, pair, 0);
    return (pair[index & 1]! >>> 8) * TWO_POW_MINUS_24;
  };
  return {
    at,
    uniform(out, low = 0, high = 1) {
      const scale = (high - low) * TWO_POW_MINUS_24;
      for (let i = 0; i < out.length; i += 2) {
        threefry2x32(key0, key1, i >>> 1, 0, pair, 0);
        out[i] = low + (pair[0]! >>> 8) * scale;
        if (i + 1 < out.length) out[i + 1] = low + (pair[1]! >>> 8) * scale;
      }
      return out;
    },
    normal(out, mean = 0, deviation = 1) {
      for (let i = 0; i < out.length; i += 2) {
        threefry2x32(key0, key1, i >>> 1, 0, pair, 0);
        // 1 - u lies in (0, 1], so that the logarithm is finite.
        const radius = deviation * Math.sqrt(-2 * Math.log(1 - pair[0]! * TWO_POW_MINUS_32));
        const angle = 2 * Math.PI * TWO_POW_MINUS_32 * pair[1]!;
        out[i] = mean + radius * Math.cos(angle);
        if (i + 1 < out.length) out[i + 1] = mean + radius * Math.sin(angle);
      }
      return out;
    },
    permutation(n) {
      const order = Uint32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        threefry2x32(key0, key1, i, 1, pair, 0);
        // 53 bits: the bias of the modulus is below 2^-21 for any array that fits into memory.
        const draw = (pair[0]! * 0x200000 + (pair[1]! >>> 11)) % (i + 1);
        [order[i], order[draw]] = [order[draw]!, order[i]!];
      }
      return order;
    },
  };
}

const TWO_POW_MINUS_24 = 2 ** -24;
const TWO_POW_MINUS_32 = 2 ** -32;

/** Each part passes through the generator itself, so that keys that differ anywhere give unrelated streams. */
function hashKey(key: RandomKey): [number, number] {
  const state = new Uint32Array(2);
  for (const part of key) {
    const [low, high] = typeof part === "number" ? numberWords(part) : textWords(part);
    threefry2x32(state[0]!, state[1]!, low, high, state, 0);
  }
  return [state[0]!, state[1]!];
}

function numberWords(value: number): [number, number] {
  const view = new Uint32Array(new Float64Array([value]).buffer);
  return [view[0]!, view[1]!];
}

/** Two FNV-1a hashes with different offsets. */
function textWords(text: string): [number, number] {
  let low = 0x811c9dc5;
  let high = 0x050c5d1f;
  for (const byte of new TextEncoder().encode(text)) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte ^ 0xff, 0x01000193);
  }
  return [low, high];
}
