import { InputError, keyedRandom } from "@kwta/core";
import { expect } from "vitest";

/** A damaged copy: cut, lengthened, bytes changed (more often near the start), or a part moved. */
export function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  const random = keyedRandom(seed, "damage");
  const pick = (index: number, below: number) => Math.floor(random.at(index) * below);
  switch (pick(0, 4)) {
    case 0:
      return bytes.slice(0, pick(1, bytes.length));
    case 1:
      return Uint8Array.from([...bytes, ...new Uint8Array(1 + pick(1, 50))]);
    case 2: {
      const from = pick(1, bytes.length);
      return Uint8Array.from([...bytes.subarray(from), ...bytes.subarray(0, from)]);
    }
    default: {
      const copy = bytes.slice();
      const reach = pick(1, 2) === 0 ? Math.min(20, copy.length) : copy.length;
      for (let i = 0; i <= pick(2, 4); i++) copy[pick(3 + 2 * i, reach)] = pick(4 + 2 * i, 256);
      return copy;
    }
  }
}

/**
 * Runs `decode` on `count` damaged copies: each either passes `check` or is refused with an `InputError` that names the
 * file. Returns how many were refused.
 */
export function fuzz<T>(
  bytes: Uint8Array,
  count: number,
  decode: (bytes: Uint8Array) => T,
  check: (value: T, bytes: Uint8Array) => void,
): number {
  let refused = 0;
  for (let seed = 0; seed < count; seed++) {
    const input = damaged(bytes, seed);
    let value: T;
    try {
      value = decode(input);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toMatch(/^THE FILE .*\.$/s);
      refused++;
      continue;
    }
    check(value, input);
  }
  return refused;
}
