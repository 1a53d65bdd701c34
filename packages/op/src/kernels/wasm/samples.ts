import type { WasmKernelCall } from "@kwta/backend";

/** What the functions of `assembly` are given; addresses, but for what is said. See `assembly/samples.ts`. */
export interface Samples {
  readonly x: number;
  readonly dy?: number | undefined;
  readonly to: number;
  readonly threshold?: number | undefined;
  /** How many samples there are, and how many values one has. */
  readonly count: number;
  readonly size: number;
  readonly k?: number | undefined;
  readonly temperature?: number | undefined;
  /** Channels that compete with each other. */
  readonly group?: number | undefined;
  /** A value. */
  readonly limit?: number | undefined;
}

/** Runs a function of `assembly` over samples, on all threads. */
export function runSamples(
  call: Pick<WasmKernelCall, "run" | "float">,
  name: string,
  samples: Samples,
  scratchBytes = 0,
): void {
  const { x, dy = 0, to, threshold = 0, count, size, k = 0, temperature = 0, group = 0, limit = 0 } = samples;
  if (count * size === 0) return;
  const together = Math.max(1, Math.floor(CHUNK / size));
  const words = [x, dy, to, threshold, count, size, k, together, call.float(temperature), group, call.float(limit)];
  call.run(name, Math.ceil(count / together), words, scratchBytes);
}

/** About how many values one chunk has. */
const CHUNK = 2 ** 13;

/** What `assembly/select.ts` needs. */
export function selectBytes(size: number): number {
  return 288 + 4096 + 4 * (2 * size + 12);
}
