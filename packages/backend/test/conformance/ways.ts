import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, beforeEach, describe, expect } from "vitest";
import { tensorflow } from "../../../backend-tensorflow/src/index.node.ts";
import { wasm, type WasmParams } from "../../../backend-wasm/src/index.ts";
import { webgpu } from "../../../backend-webgpu/src/index.ts";
import { ALL_ON_GPU, noGpu, useSoftwareGpu } from "../../../backend-webgpu/test/software-gpu.ts";
import { cpu, startBackend, type Backend, type BackendReport } from "../../src/index.ts";

/** One way to compute: a backend with parameters. */
export interface Way {
  readonly name: string;
  readonly backend: Backend;
  /** Too slow for large cases. */
  readonly slow: boolean;
  /** What part of the random cases to run. */
  readonly share: number;
  /** The largest error of a convolution, as a fraction of the largest expected value. */
  readonly tolerance: number;
}

// Promised for Winograd is 1e-4, for inputs of any kind.
const toleranceOf = (winograd: boolean): number => (winograd ? 3e-5 : 1e-5);

function onWasm(params: Required<Omit<WasmParams, "files">>): Way {
  const { threads, relaxedSimd, memory, winograd } = params;
  const words = [
    `wasm on ${threads} thread${threads === 1 ? "" : "s"}`,
    relaxedSimd ? "relaxed SIMD" : "plain SIMD",
    `${memory} memory`,
    ...(winograd ? ["Winograd"] : []),
  ];
  // Those with all options off or one on have code of their own; the others combine them.
  const share = threads === 1 && !relaxedSimd ? 1 : 0.3;
  return { name: words.join(", "), backend: wasm(params), slow: false, share, tolerance: toleranceOf(winograd!) };
}

/** As its setup left it, with as many threads as it takes by itself: a process cannot change them. */
function onTensorflow({ native, winograd }: { readonly native: boolean; readonly winograd: boolean }): Way {
  const words = ["tensorflow", ...(native ? ["native kernels"] : []), ...(winograd ? ["Winograd"] : [])];
  const backend = tensorflow({ native, winograd });
  return { name: words.join(", "), backend, slow: false, share: 0.3, tolerance: toleranceOf(winograd) };
}

/** Three threads share most work unevenly. */
export const WASM_WAYS: readonly Way[] = [
  onWasm({ threads: 1, relaxedSimd: false, memory: "own", winograd: false }),
  onWasm({ threads: 1, relaxedSimd: false, memory: "own", winograd: true }),
  onWasm({ threads: 1, relaxedSimd: true, memory: "own", winograd: true }),
  onWasm({ threads: 1, relaxedSimd: true, memory: "shared", winograd: true }),
  onWasm({ threads: 3, relaxedSimd: false, memory: "shared", winograd: false }),
  onWasm({ threads: 3, relaxedSimd: false, memory: "shared", winograd: true }),
  onWasm({ threads: 3, relaxedSimd: true, memory: "shared", winograd: true }),
];

/** TensorFlow's own ops promise no bits. */
export const TENSORFLOW_WAYS: readonly Way[] = [
  onTensorflow({ native: false, winograd: false }),
  onTensorflow({ native: true, winograd: false }),
  onTensorflow({ native: true, winograd: true }),
];

export const WAYS: readonly Way[] = [
  { name: "cpu", backend: cpu(), slow: true, share: 0.2, tolerance: toleranceOf(false) },
  ...WASM_WAYS,
  ...TENSORFLOW_WAYS,
  { name: "webgpu on a GPU in software", backend: webgpu(), slow: true, share: 0.2, tolerance: toleranceOf(false) },
];

/** Those that differ in more than how they compute convolutions. */
export const OTHER_WAYS: readonly Way[] = WAYS.filter(
  ({ backend: { name, params } }) => params["winograd"] !== false || name === "tensorflow",
);

/** Runs tests in each way that can be had as described; in the others they are skipped, with what is missing. */
export function describeEach(ways: readonly Way[], tests: (way: Way) => void): void {
  for (const way of ways) {
    describe(`on ${way.name}`, () => {
      let missing: string | undefined;
      let before: tf.MemoryInfo;
      beforeAll(async () => {
        missing = await start(way.backend);
        before = tf.memory();
      }, 60_000);
      beforeEach(({ skip }) => {
        if (missing !== undefined) skip(missing);
      });
      tests(way);
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

/** Starts a backend, or tells why it cannot be had. */
async function start(backend: Backend): Promise<string | undefined> {
  if (backend.name === "webgpu") return startSoftwareGpu(backend);
  try {
    return whatIsMissing(backend, await startBackend([backend]));
  } catch (error) {
    const { message } = error as Error;
    if (backend.setup && /set up/.test(message)) return message;
    throw error;
  }
}

async function startSoftwareGpu(backend: Backend): Promise<string | undefined> {
  const missing = ALL_ON_GPU ? noGpu : "takes a minute on a GPU in software; set KWTA_WEBGPU_TESTS=all";
  if (missing !== undefined) return missing;
  useSoftwareGpu();
  await startBackend([backend]);
  // Else TensorFlow.js computes with small tensors on the CPU.
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  return undefined;
}

/** What a backend that was started has not of what was asked for. */
export function whatIsMissing({ params }: Backend, report: BackendReport): string | undefined {
  const different = Object.entries(params).filter(([key, value]) => report.params[key] !== value);
  if (different.length === 0) return undefined;
  return different.map(([key, value]) => `${key}: ${String(value)} cannot be had here`).join(", ");
}
