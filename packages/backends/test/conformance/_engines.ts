import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, beforeEach, describe, expect } from "vitest";
import { startBackend, type BackendReport, type StartBackendOptions } from "../../src/index.node.ts";

/** One way to start an engine. */
export interface Engine {
  readonly name: string;
  readonly options: StartBackendOptions;
  /** Too slow for large cases. */
  readonly slow: boolean;
  /** What part of the random cases to run. */
  readonly share: number;
  /** The largest error of a convolution, as a fraction of the largest expected value. */
  readonly tolerance: number;
}

type WasmOptions = Required<Pick<StartBackendOptions, "threads" | "relaxedSimd" | "sharedMemory" | "winograd">>;

function wasm(options: WasmOptions): Engine {
  const { threads, relaxedSimd, sharedMemory, winograd } = options;
  const words = [
    `wasm on ${threads} thread${threads === 1 ? "" : "s"}`,
    relaxedSimd ? "relaxed SIMD" : "plain SIMD",
    sharedMemory ? "shared memory" : "own memory",
    ...(winograd ? ["Winograd"] : []),
  ];
  // Promised for Winograd is 1e-4, for inputs of any kind.
  const tolerance = winograd ? 3e-5 : 1e-5;
  // Those with all options off or one on have code of their own; the others combine them.
  const share = threads === 1 && !relaxedSimd ? 1 : 0.3;
  return { name: words.join(", "), options: { backend: "wasm", ...options }, slow: false, share, tolerance };
}

/** Three threads share most work unevenly. */
export const ENGINES: readonly Engine[] = [
  { name: "cpu", options: { backend: "cpu" }, slow: true, share: 0.2, tolerance: 1e-5 },
  wasm({ threads: 1, relaxedSimd: false, sharedMemory: false, winograd: false }),
  wasm({ threads: 1, relaxedSimd: false, sharedMemory: false, winograd: true }),
  wasm({ threads: 1, relaxedSimd: true, sharedMemory: false, winograd: true }),
  wasm({ threads: 1, relaxedSimd: true, sharedMemory: true, winograd: true }),
  wasm({ threads: 3, relaxedSimd: false, sharedMemory: true, winograd: false }),
  wasm({ threads: 3, relaxedSimd: false, sharedMemory: true, winograd: true }),
  wasm({ threads: 3, relaxedSimd: true, sharedMemory: true, winograd: true }),
];

/** Those that differ in more than how they compute convolutions. */
export const OTHER_ENGINES: readonly Engine[] = ENGINES.filter(({ options }) => options.winograd !== false);

export const WASM_ENGINES: readonly Engine[] = ENGINES.filter(({ options }) => options.backend === "wasm");

/** Runs tests on each engine that can be had as described; on the others they are skipped, with what is missing. */
export function describeEach(engines: readonly Engine[], tests: (engine: Engine) => void): void {
  for (const engine of engines) {
    describe(`on ${engine.name}`, () => {
      let missing: string | undefined;
      let before: tf.MemoryInfo;
      beforeAll(async () => {
        missing = whatIsMissing(engine.options, await startBackend(engine.options));
        before = tf.memory();
      });
      beforeEach(({ skip }) => {
        if (missing !== undefined) skip(missing);
      });
      tests(engine);
      afterAll(() => {
        const { numTensors, numDataBuffers, numBytes } = tf.memory();
        expect({ numTensors, numDataBuffers, numBytes }, "nothing is left behind").toEqual({
          numTensors: before.numTensors,
          numDataBuffers: before.numDataBuffers,
          numBytes: before.numBytes,
        });
      });
    });
  }
}

/** What an engine that was started has not of what was asked for. */
export function whatIsMissing(options: StartBackendOptions, report: BackendReport): string | undefined {
  const { threads = 1, relaxedSimd = false, sharedMemory = threads > 1, winograd = false } = report;
  const actual: Readonly<Record<string, unknown>> = { threads, relaxedSimd, sharedMemory, winograd };
  const different = Object.entries(options).filter(([key, value]) => key !== "backend" && actual[key] !== value);
  if (different.length === 0) return undefined;
  return different.map(([key, value]) => `${key}: ${String(value)} cannot be had here`).join(", ");
}
