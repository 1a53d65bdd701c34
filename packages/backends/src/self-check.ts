import * as tf from "@tensorflow/tfjs-core";
import { fingerprint, fingerprintError, pattern, type Fingerprint } from "./_fingerprint.ts";
import { selfCheckCases, type SelfCheckCase } from "./_self-check-cases.ts";
import { selfCheckNumbers } from "./_self-check-numbers.ts";
import type { KernelCheck } from "./kernel-check.ts";

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

/** The largest error that rounding explains; in a small tensor a single value that is a few per cent off is above it. */
const TOLERANCE = 2e-5;

/**
 * Holds the current backend's convolutions, batch norm, pooling, dense layers and cross-entropy, forward and backward,
 * against stored numbers, which plain loops in double precision gave. Gradients of depthwise convolutions are compared
 * where the backend has kernels for them.
 *
 * @param checks what to check besides: the kernels that were handed to the backend
 */
export function selfCheck(checks: readonly KernelCheck[] = []): SelfCheck {
  const start = performance.now();
  const outcomes = [
    ...Object.entries(selfCheckCases).map(([name, check]) => compare(name, check, () => selfCheckNumbers[name]!)),
    ...checks.map((check) => compare(check.name, asCase(check), () => referenceNumbers(check))),
  ];
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  return {
    passed: failures.length === 0,
    compared: outcomes.reduce((sum, { compared }) => sum + compared, 0),
    // NaN counts as the largest error.
    worst: Math.max(...outcomes.map(({ worst }) => worst)),
    failures,
    milliseconds: performance.now() - start,
  };
}

type Numbers = Readonly<Record<string, Fingerprint>>;

function compare(
  name: string,
  check: SelfCheckCase,
  expected: () => Numbers,
): Pick<SelfCheck, "compared" | "worst" | "failures"> {
  try {
    const numbers = expected();
    const errors = Object.entries(evaluate(check)).map(
      ([part, values]) => [part, fingerprintError(fingerprint(values), numbers[part]!)] as const,
    );
    const wrong = errors.filter(([, error]) => !(error <= TOLERANCE));
    return {
      compared: errors.length,
      worst: Math.max(...errors.map(([, error]) => error)),
      failures: wrong.map(([part, error]) => `${part} of ${name} is off by ${error.toExponential(1)}`),
    };
  } catch (error) {
    return { compared: 0, worst: NaN, failures: [`${name} failed (${(error as Error).message})`] };
  }
}

/** The output and, where the backend can differentiate, the gradient by each input. */
function evaluate({ inputs, compute, gradientKernels = [] }: SelfCheckCase): Record<string, ArrayLike<number>> {
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
    const parts: Record<string, ArrayLike<number>> = { output: y.dataSync() };
    if (gradientKernels.every((kernel) => tf.getKernel(kernel, tf.getBackend()))) {
      const gradients = tf.grads(compute)(tensors, tf.tensor(pattern(y.size, OUTPUT), y.shape));
      names.forEach((name, i) => (parts[`gradient by ${name}`] = gradients[i]!.dataSync()));
    }
    return parts as unknown as tf.TensorContainer;
  }) as unknown as Record<string, ArrayLike<number>>;
}

/** The pattern of dy; those of the inputs are 0, 1, ... */
export const OUTPUT = 9;

function asCase({ inputs, compute }: KernelCheck): SelfCheckCase {
  return {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, { shape }])),
    compute,
  };
}

function referenceNumbers({ inputs, reference }: KernelCheck): Numbers {
  const values = Object.values(inputs).map((shape, i) => pattern(tf.util.sizeFromShape([...shape]), i));
  const { output, gradients } = reference(values, (length) => pattern(length, OUTPUT));
  const parts = Object.keys(inputs).map((name, i) => [`gradient by ${name}`, fingerprint(gradients[i]!)] as const);
  return Object.fromEntries([["output", fingerprint(output)] as const, ...parts]);
}
