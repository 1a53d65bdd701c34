import * as tf from "@tensorflow/tfjs-core";

/** @throws Error with the reason when the claim does not hold */
export function check(claim: boolean, reason: string): asserts claim {
  if (!claim) throw new Error(reason);
}

/** Runs `f` and tells whether it threw an error of this name. */
export async function throwsNamed(name: string, f: () => Promise<unknown>): Promise<boolean> {
  try {
    await f();
    return false;
  } catch (error) {
    return error instanceof Error && error.name === name;
  }
}

/** @throws Error when `f` leaves more or fewer tensors than it found */
export async function checkNoLeak(what: string, f: () => Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  await f();
  const extra = tf.memory().numTensors - before;
  check(extra === 0, `${what} left ${extra} tensors on the backend.`);
}

/** Whether two lists of numbers are the same, bit by bit; NaN equals NaN. */
export function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((value, i) => Object.is(value, b[i]));
}
