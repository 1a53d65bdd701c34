import { wasmCode } from "../../host/_wasm-code.ts";
import type { WasmHost } from "../../host/wasm-host.ts";

/** As in `assembly/elementwise.ts`. */
export const OPS = { add: 0, subtract: 1, multiply: 2, wherePositive: 3, clip: 4, addClip: 5 } as const;

/** Values of one chunk: what the first-level cache holds of three arrays. */
const BLOCK = 4096;

/** No limits. */
const ALL: readonly [number, number] = [-Infinity, Infinity];

/** Addresses of a function of values one by one; the result may take the place of `a`. */
interface Places {
  readonly a: number;
  readonly b: number;
  readonly to: number;
  readonly count: number;
  /** How many values b has, which are repeated. @defaultValue as many as a */
  readonly bCount?: number;
}

/** Computes values one by one. */
export function elementwise(
  host: WasmHost,
  op: (typeof OPS)[keyof typeof OPS],
  { a, b, to, count, bCount = count }: Places,
  limits: readonly [low: number, high: number] = ALL,
): void {
  const words = [a, b, to, count, BLOCK, bCount, op, ...limits.map((limit) => host.float(limit))];
  host.run(wasmCode, "elementwise", Math.ceil(count / BLOCK), words);
}
