import type { WasmHost } from "../../host/wasm-host.ts";
import { reduceRows, sumBlocks, type Rows } from "./rows.ts";

/** Mean and variance over all axes but the last: those of the blocks, joined in their order (Chan, Golub, LeVeque, 1983). */
export function moments(host: WasmHost, rows: Rows, x: number): { mean: Float64Array; variance: Float64Array } {
  const { channels, block } = rows;
  return reduceRows(host, "batchMoments", rows, { x }, 2, (partial, blocks) => {
    const mean = new Float64Array(channels);
    const squares = new Float64Array(channels);
    for (let i = 0, seen = 0; i < blocks; i++) {
      const count = Math.min(block, rows.rows - i * block);
      const share = count / (seen + count);
      for (let c = 0; c < channels; c++) {
        const distance = partial[2 * i * channels + c]! - mean[c]!;
        squares[c]! += partial[(2 * i + 1) * channels + c]! + distance * distance * seen * share;
        mean[c]! += distance * share;
      }
      seen += count;
    }
    return { mean, variance: squares.map((sum) => sum / rows.rows) };
  });
}

/** What normalises by a mean and a variance: a factor and an offset of each channel. */
export function normalizer(
  { mean, variance }: { readonly mean: Float64Array; readonly variance: Float64Array },
  epsilon: number,
  scale: ArrayLike<number> | undefined,
  offset: ArrayLike<number> | undefined,
): [factor: Float64Array, offset: Float64Array] {
  const factor = variance.map((v, c) => (scale?.[c] ?? 1) / Math.sqrt(v + epsilon));
  return [factor, factor.map((each, c) => (offset?.[c] ?? 0) - mean[c]! * each)];
}

/** The gradient of a batch's normalisation: `dx = dy a + x b + rest` by channel, and the gradients by scale and offset. */
interface NormGradient {
  readonly rows: readonly [a: Float64Array, b: Float64Array, rest: Float64Array];
  readonly scale: Float64Array;
  readonly offset: Float64Array;
}

/**
 * `dx = a (dy - mean(dy) - (x - mean) r^2 mean(dy (x - mean)))`, with `a = scale r` and `r = 1 / sqrt(variance + epsilon)`.
 *
 * @param at addresses of x, dy, and the mean
 */
export function normGradient(
  host: WasmHost,
  rows: Rows,
  at: { readonly x: number; readonly dy: number; readonly a: number },
  variance: Float32Array,
  epsilon: number,
  scale: ArrayLike<number> | undefined,
): NormGradient {
  const [sums, products] = sumBlocks(host, "batchGradientSums", rows, at) as [Float64Array, Float64Array];
  const mean = host.view(at.a, rows.channels);
  const inverse = Float64Array.from(variance, (v) => 1 / Math.sqrt(v + epsilon));
  const a = inverse.map((r, c) => r * (scale?.[c] ?? 1));
  const b = a.map((factor, c) => (-factor * inverse[c]! ** 2 * products[c]!) / rows.rows);
  const rest = a.map((factor, c) => (-factor * sums[c]!) / rows.rows - b[c]! * mean[c]!);
  return { rows: [a, b, rest], scale: products.map((sum, c) => sum * inverse[c]!), offset: sums };
}
