import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, beforeEach, describe, expect } from "vitest";
import { ALL_ON_GPU, noGpu, useSoftwareGpu } from "../webgpu/software-gpu.ts";
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

/** As `kwta setup tensorflow` left it, with as many threads as it takes by itself: a process cannot change them. */
function tensorflow(options: Required<Pick<StartBackendOptions, "native" | "winograd">>): Engine {
  const { native, winograd } = options;
  const words = ["tensorflow", ...(native ? ["native kernels"] : []), ...(winograd ? ["Winograd"] : [])];
  const tolerance = winograd ? 3e-5 : 1e-5;
  return { name: words.join(", "), options: { backend: "tensorflow", ...options }, slow: false, share: 0.3, tolerance };
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
  tensorflow({ native: false, winograd: false }),
  tensorflow({ native: true, winograd: false }),
  tensorflow({ native: true, winograd: true }),
  { name: "webgpu on a GPU in software", options: { backend: "webgpu" }, slow: true, share: 0.2, tolerance: 1e-5 },
];

/** Those that differ in more than how they compute convolutions. */
export const OTHER_ENGINES: readonly Engine[] = ENGINES.filter(
  ({ options }) => options.winograd !== false || options.backend === "tensorflow",
);

export const WASM_ENGINES: readonly Engine[] = ENGINES.filter(({ options }) => options.backend === "wasm");

/** TensorFlow's own ops promise no bits. */
export const TENSORFLOW_ENGINES: readonly Engine[] = ENGINES.filter(({ options }) => options.backend === "tensorflow");

/** Runs tests on each engine that can be had as described; on the others they are skipped, with what is missing. */
export function describeEach(engines: readonly Engine[], tests: (engine: Engine) => void): void {
  for (const engine of engines) {
    describe(`on ${engine.name}`, () => {
      let missing: string | undefined;
      let before: tf.MemoryInfo;
      beforeAll(async () => {
        missing = await start(engine.options);
        before = tf.memory();
      }, 60_000);
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

/** Starts an engine, or tells why it cannot be had. */
async function start(options: StartBackendOptions): Promise<string | undefined> {
  if (options.backend === "webgpu") return startSoftwareGpu();
  if (options.backend !== "tensorflow") return whatIsMissing(options, await startBackend(options));
  try {
    return whatIsMissing(options, await startBackend(options));
  } catch (error) {
    const { message } = error as Error;
    if (/set up/.test(message)) return message;
    throw error;
  }
}

async function startSoftwareGpu(): Promise<string | undefined> {
  const missing = ALL_ON_GPU ? noGpu : "takes a minute on a GPU in software; set KWTA_WEBGPU_TESTS=all";
  if (missing !== undefined) return missing;
  useSoftwareGpu();
  await startBackend({ backend: "webgpu" });
  // Else TensorFlow.js computes with small tensors on the CPU.
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  return undefined;
}

/** What an engine that was started has not of what was asked for. */
export function whatIsMissing(options: StartBackendOptions, report: BackendReport): string | undefined {
  const { threads = 1, relaxedSimd = false, sharedMemory = threads > 1, winograd = false, native } = report;
  const actual: Readonly<Record<string, unknown>> = { threads, relaxedSimd, sharedMemory, winograd, native };
  const different = Object.entries(options).filter(([key, value]) => key !== "backend" && actual[key] !== value);
  if (different.length === 0) return undefined;
  return different.map(([key, value]) => `${key}: ${String(value)} cannot be had here`).join(", ");
}
