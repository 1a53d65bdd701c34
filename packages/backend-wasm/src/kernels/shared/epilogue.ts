import type { WasmHost } from "../../host/wasm-host.ts";

/** What is done to each number of a result before it is written. */
export interface Epilogue {
  /** Address of a number for each output channel, which is added; 0 for none. */
  readonly bias: number;
  /** The results are kept between these. */
  readonly low: number;
  readonly high: number;
}

export const PLAIN: Epilogue = { bias: 0, low: -Infinity, high: Infinity };

const ACTIVATIONS: Readonly<Record<string, readonly [low: number, high: number]>> = {
  linear: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
};

/** The epilogue for an activation; undefined for those that are not a matter of limits. */
export function epilogue(activation: string | null | undefined, bias: number): Epilogue | undefined {
  const limits = ACTIVATIONS[activation ?? "linear"];
  return limits && { bias, low: limits[0], high: limits[1] };
}

/** As parameters of a kernel. */
export function epilogueWords(host: WasmHost, { bias, low, high }: Epilogue): number[] {
  return [bias, host.float(low), host.float(high)];
}
