import * as tf from "@tensorflow/tfjs-core";
import { selfCheckCases, type SelfCheckCase } from "./_self-check-cases.ts";
import { selfCheckNumbers } from "./_self-check-numbers.ts";
import { fingerprint, fingerprintError, pattern } from "./_fingerprint.ts";

/** What a {@link selfCheck} found. */
export interface SelfCheck {
  /** Whether the backend may be used. */
  readonly passed: boolean;
  /** How many tensors were compared. */
  readonly compared: number;
  /** The largest error of a weighted sum of a tensor's values, as a fraction of the sum of their sizes. */
  readonly worst: number;
  /** One line for each wrong tensor or operation that failed. */
  readonly failures: readonly string[];
  /** How long it took. */
  readonly milliseconds: number;
}

/** The largest error that rounding explains; a single value that is a few per cent off is above it. */
const TOLERANCE = 2e-5;

/**
 * Holds the current backend's convolutions, batch norm, pooling, dense layer and cross-entropy, forward and backward,
 * against stored numbers, which plain loops in double precision gave.
 */
export function selfCheck(): SelfCheck {
  const start = performance.now();
  const failures: string[] = [];
  let compared = 0;
  let worst = 0;
  for (const [name, check] of Object.entries(selfCheckCases)) {
    try {
      for (const [part, values] of Object.entries(evaluate(check))) {
        const error = fingerprintError(fingerprint(values), selfCheckNumbers[name]![part]!);
        compared += 1;
        // NaN counts as the largest error.
        if (!(error <= worst)) worst = error;
        if (!(error <= TOLERANCE)) failures.push(`${part} of ${name} is off by ${error.toExponential(1)}`);
      }
    } catch (error) {
      worst = NaN;
      failures.push(`${name} failed (${(error as Error).message})`);
    }
  }
  return { passed: failures.length === 0, compared, worst, failures, milliseconds: performance.now() - start };
}

/** The output and the gradient by each input. */
function evaluate({ inputs, compute }: SelfCheckCase): Record<string, ArrayLike<number>> {
  return tf.tidy(() => {
    const names = Object.keys(inputs);
    const tensors = names.map((name, i) => {
      const { shape, scale = 1, shift = 0 } = inputs[name]!;
      const values = pattern(tf.util.sizeFromShape([...shape]), i);
      return tf.tensor(
        values.map((value) => value * scale + shift),
        [...shape],
      );
    });
    const y = compute(...tensors);
    const dy = tf.tensor(pattern(y.size, OUTPUT), y.shape);
    const gradients = tf.grads(compute)(tensors, dy);
    const parts: Record<string, ArrayLike<number>> = { output: y.dataSync() };
    names.forEach((name, i) => (parts[`gradient by ${name}`] = gradients[i]!.dataSync()));
    return parts as unknown as tf.TensorContainer;
  }) as unknown as Record<string, ArrayLike<number>>;
}

/** The pattern of dy; those of the inputs are 0, 1, ... */
export const OUTPUT = 9;
