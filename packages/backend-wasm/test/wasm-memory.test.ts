import { freemem } from "node:os";
import { startBackend } from "@kwta/backend";
import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { random } from "../../backend/test/helpers/numbers.ts";
import { wasm, type WasmParams } from "../src/index.ts";

const MB = 2 ** 20;
/** What nobody writes to takes no memory, but some systems set it aside. */
const ROOM = 3.5 * 2 ** 30;
const tooSmall = freemem() < ROOM ? " (skipped: needs 3.5 GB of free memory)" : "";

/** What is used of the backend. */
interface Backend {
  readonly wasm: { readonly HEAPU8: Uint8Array; _malloc(bytes: number): number; _free(address: number): void };
  numDataIds(): number;
}

function backendOf(): Backend {
  return tf.backend() as unknown as Backend;
}

/** Takes all memory, in pieces of at least so many bytes. */
function fill(blocks: number[], least: number): void {
  const { wasm: module } = backendOf();
  for (let size = 256 * MB; size >= least; size /= 2) {
    for (;;) {
      try {
        blocks.push(module._malloc(size));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        break;
      }
    }
  }
}

function convolution(stride: number, size: number, ci: number, co: number): () => tf.Tensor[] {
  const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, "same");
  return () => {
    const inputs = [random([3, 14, 14, ci], 1), random([size, size, ci, co], 2)];
    return [convolve(inputs[0]!, inputs[1]!), ...tf.grads(convolve)(inputs)];
  };
}

/** Kernels of ours and of TensorFlow.js, with their gradients. */
const WORK: Readonly<Record<string, () => tf.Tensor[]>> = {
  "3x3 convolution": convolution(1, 3, 16, 24),
  "3x3 convolution, stride 2": convolution(2, 3, 16, 24),
  "1x1 convolution": convolution(1, 1, 16, 24),
  "5x5 convolution": convolution(1, 5, 3, 7),
  "batch norm"() {
    const normalise = (x: tf.Tensor): tf.Tensor => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      const ones = tf.ones([13]) as tf.Tensor1D;
      return tf.batchNorm(x as tf.Tensor4D, mean as tf.Tensor1D, variance as tf.Tensor1D, ones, ones);
    };
    const x = random([4, 9, 9, 13], 1);
    return [normalise(x), tf.grad(normalise)(x)];
  },
  "matrix products": () => [
    tf.matMul(random([33, 65], 1), random([65, 17], 2)),
    tf.matMul(random([65, 33], 1), random([65, 17], 2), true),
  ],
  pooling() {
    const x = random([2, 12, 12, 5], 1);
    const max = (a: tf.Tensor): tf.Tensor => tf.maxPool(a as tf.Tensor4D, 2, 2, "valid");
    const average = (a: tf.Tensor): tf.Tensor => tf.avgPool(a as tf.Tensor4D, 2, 2, "valid");
    return [max(x), tf.grad(max)(x), average(x), tf.grad(average)(x)];
  },
  "small operations"() {
    const x = random([12, 40], 1);
    const rows = [tf.add(x, 1), tf.relu(x), tf.sum(x, 0), tf.mean(x), tf.tile(x, [2, 2]), tf.slice(x, [1, 2], [5, 6])];
    const others = [tf.softmax(x), tf.transpose(x), tf.concat([x, x], 1), tf.topk(x, 3).values, tf.gather(x, [1, 3])];
    return [
      ...rows,
      ...others,
      tf.pad(x, [
        [1, 1],
        [2, 2],
      ]),
      tf.where(tf.greater(x, 0), x, tf.neg(x)),
    ];
  },
};

function evaluate(compute: () => tf.Tensor[]): Float32Array[] {
  const results = tf.tidy(compute);
  // Copies: the tensors' own arrays may be views of the memory.
  const values = results.map((tensor) => Float32Array.from(tensor.dataSync()));
  tf.dispose(results);
  return values;
}

const PARAMS: readonly WasmParams[] = [{ threads: 1, memory: "own" }, { threads: 2 }];

describe.skipIf(tooSmall).each(PARAMS)(`with parameters %j${tooSmall}`, (params) => {
  test("numbers above 2 GB are the same as below", async () => {
    await startBackend([wasm(params)]);
    const { wasm: module } = backendOf();
    const below = Object.values(WORK).map(evaluate);
    const blocks = [module._malloc(1024 * MB), module._malloc(1024 * MB)];
    // All that is still free below.
    for (let size = 32 * MB; size >= 64; size /= 2) {
      do blocks.push(module._malloc(size));
      while (blocks.at(-1)! < 2 ** 31);
    }
    const above = Object.values(WORK).map(evaluate);
    blocks.forEach((address) => module._free(address));
    expect(above).toEqual(below);
  });

  test("what does not fit is an error that leaves nothing behind, and less of it still works", async () => {
    await startBackend([wasm(params)]);
    const backend = backendOf();
    const { wasm: module } = backend;
    const expected = Object.values(WORK).map(evaluate);
    const before = { ids: backend.numDataIds(), ...tf.memory() };
    const blocks: number[] = [];
    for (const compute of Object.values(WORK)) {
      fill(blocks, 64);
      // A little more room each time: it fails at one allocation after the other.
      for (let failures = 0; ; failures++) {
        const failure = catchError(() => evaluate(compute));
        expect({ ids: backend.numDataIds(), ...tf.memory() }).toEqual(before);
        if (failure === undefined) {
          expect(failures).toBeGreaterThan(5);
          break;
        }
        expect(failure).toBeInstanceOf(InputError);
        expect(failure.message).toMatch(/out of memory.* Use a smaller batch/);
        module._free(blocks.pop()!);
      }
    }
    blocks.forEach((address) => module._free(address));
    expect(Object.values(WORK).map(evaluate)).toEqual(expected);
  });

  test("near its limit the memory is handed out once, and none that is not there", async () => {
    await startBackend([wasm(params)]);
    const { wasm: module } = backendOf();
    expect(() => module._malloc(2 ** 32 + 8)).toThrow(/4097 MB more were asked for/);
    const pieces: { start: number; size: number }[] = [];
    for (let size = 700 * MB; size >= MB; size = Math.floor(size / 2)) {
      for (;;) {
        try {
          pieces.push({ start: module._malloc(size), size });
        } catch {
          break;
        }
      }
    }
    pieces.sort((a, b) => a.start - b.start);
    pieces.forEach(({ start, size }, i) =>
      expect(start + size).toBeLessThanOrEqual(pieces[i + 1]?.start ?? module.HEAPU8.length),
    );
    expect(pieces.reduce((sum, { size }) => sum + size, 0)).toBeGreaterThan(3.2 * 2 ** 30);
    pieces.forEach(({ start }) => module._free(start));
  });
});

function catchError(work: () => unknown): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
