import * as tf from "@tensorflow/tfjs-core";
import { allocate, copyRun, heapOf, offsetOf, type WasmKernelPatch } from "../host/wasm-backend.ts";

/** `tf.tile` by copying blocks: TensorFlow.js computes the place of every single value. */
export const tile: WasmKernelPatch = {
  kernelName: tf.Tile,
  patch: (original) => (call) => {
    const { inputs, backend, attrs } = call;
    const x = inputs["x"]!;
    const reps = attrs["reps"] as number[];
    const shape = x.shape.map((size, i) => size * (reps[i] ?? 1));
    const size = tf.util.sizeFromShape(shape);
    if (x.dtype !== "float32" || reps.length !== x.shape.length || size === 0) return original(call);

    const out = allocate(backend, shape);
    const heap = heapOf(backend);
    const repeated = reps.reduce((last, count, axis) => (count > 1 ? axis : last), -1);
    const blocks = blockSizes(shape);
    let from = offsetOf(backend, x);
    // Writes the values of one index of all axes before `axis`, first once, then as often as that axis asks for.
    const fill = (axis: number, to: number): void => {
      const block = axis > repeated ? blocks[axis]! : x.shape[axis]! * blocks[axis + 1]!;
      if (axis > repeated) {
        copyRun(heap, to, from, block);
        from += block;
        return;
      }
      for (let i = 0; i < x.shape[axis]!; i++) fill(axis + 1, to + i * blocks[axis + 1]!);
      for (let done = block; done < blocks[axis]!;) {
        const length = Math.min(done, blocks[axis]! - done);
        copyRun(heap, to + done, to, length);
        done += length;
      }
    };
    fill(0, offsetOf(backend, out));
    return out;
  },
};

/** `blocks[i]`: the product of the sizes from axis i on. */
function blockSizes(shape: readonly number[]): number[] {
  return Array.from({ length: shape.length + 1 }, (_, i) => tf.util.sizeFromShape(shape.slice(i)));
}
