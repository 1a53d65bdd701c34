import * as tf from "@tensorflow/tfjs-core";
import type { KernelCheck } from "../contract/kernel-check.ts";
import { selfCheckCases, type SelfCheckCase } from "./cases.ts";
import { fingerprint, fingerprintError, pattern, type Fingerprint } from "./fingerprint.ts";
import { selfCheckNumbers } from "./numbers.ts";

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
export async function selfCheck(checks: readonly KernelCheck[] = []): Promise<SelfCheck> {
  const start = performance.now();
  const outcomes: Outcome[] = [];
  for (const [name, check] of Object.entries(selfCheckCases)) {
    outcomes.push(await compare(name, check, () => selfCheckNumbers[name]!));
  }
  for (const check of checks) outcomes.push(await compare(check.name, asCase(check), () => referenceNumbers(check)));
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

type Outcome = Pick<SelfCheck, "compared" | "worst" | "failures">;

async function compare(name: string, check: SelfCheckCase, expected: () => Numbers): Promise<Outcome> {
  try {
    const numbers = expected();
    const errors = Object.entries(await evaluate(check)).map(
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
async function evaluate(check: SelfCheckCase): Promise<Record<string, ArrayLike<number>>> {
  const tensors = tf.tidy(() => run(check));
  try {
    // One after the other would wait for a GPU each time.
    const values = await Promise.all(Object.values(tensors).map((tensor) => tensor.data()));
    return Object.fromEntries(Object.keys(tensors).map((part, i) => [part, values[i]!]));
  } finally {
    tf.dispose(tensors);
  }
}

function run({ inputs, compute, gradientKernels = [] }: SelfCheckCase): Record<string, tf.Tensor> {
  const names = Object.keys(inputs);
  const tensors = names.map((name, i) => {
    const { shape, scale = 1, shift = 0 } = inputs[name]!;
    const values = pattern(tf.util.sizeFromShape([...shape]), i);
    return tf.tensor(
      values.map((value) => value * scale + shift),
      [...shape],
    );
  });
  const output = compute(...tensors);
  if (!gradientKernels.every((kernel) => tf.getKernel(kernel, tf.getBackend()))) return { output };
  const gradients = tf.grads(compute)(tensors, tf.tensor(pattern(output.size, OUTPUT), output.shape));
  return { output, ...Object.fromEntries(names.map((name, i) => [`gradient by ${name}`, gradients[i]!])) };
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
