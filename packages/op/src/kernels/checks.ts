import type { KernelCheck } from "@kwta/backend";
import { kwta } from "../kwta/kwta.ts";

const BATCH = 3;
const SIZE = 5 * 4 * 7;
const K = 14;
const TEMPERATURE = 0.1;
const INPUTS = { x: [BATCH, 5, 4, 7] };

/**
 * Puts k-WTA, forward and both of its gradients, into a backend's self-check: by its meaning, since the numbers of the
 * check all differ.
 */
export const kwtaChecks: readonly KernelCheck[] = [
  {
    name: "k-WTA",
    inputs: INPUTS,
    compute: (x) => kwta(x!, { k: K }),
    reference: ([x], dy) => ({
      output: select(x!, x!),
      gradients: [select(dy(x!.length), x!)],
    }),
  },
  {
    name: "k-WTA with a gate",
    inputs: INPUTS,
    compute: (x) => kwta(x!, { k: K, backward: `gate:${TEMPERATURE}` }),
    reference: ([x], dy) => ({ output: select(x!, x!), gradients: [gateGradient(dy(x!.length), x!)] }),
  },
];

/** The k-th largest value of each sample. */
function thresholds(x: Float32Array): number[] {
  return Array.from({ length: BATCH }, (_, n) => sample(x, n).sort((a, b) => b - a)[K - 1]!);
}

/** A copy. */
function sample(x: Float32Array, n: number): Float32Array {
  return x.slice(n * SIZE, (n + 1) * SIZE);
}

/** The values where x is among the k largest, else 0. */
function select(values: Float32Array, x: Float32Array): Float32Array {
  const limits = thresholds(x);
  return values.map((value, i) => (x[i]! >= limits[Math.floor(i / SIZE)]! ? value : 0));
}

/** `dy` times the derivative of `x * sigmoid((x - t) / (T s))`: t is the threshold, s the standard deviation. */
function gateGradient(dy: Float32Array, x: Float32Array): Float32Array {
  const limits = thresholds(x);
  const widths = limits.map((_, n) => TEMPERATURE * deviation(sample(x, n)));
  return dy.map((value, i) => {
    const n = Math.floor(i / SIZE);
    const gate = 1 / (1 + Math.exp((limits[n]! - x[i]!) / widths[n]!));
    return value * (gate + (x[i]! / widths[n]!) * gate * (1 - gate));
  });
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
