import * as tf from "@tensorflow/tfjs-core";
import type { KernelCall, WasmBackend } from "./wasm-backend.ts";

/*
 * When a kernel fails because there is no more memory, TensorFlow.js leaves behind what the kernel had made until then, and
 * what was saved for gradients: nearly all memory, with which a smaller batch would fail, too.
 */

interface Changes {
  /** Data that was made. */
  readonly made: object[];
  /** Data that got references, with the number that it had before. */
  readonly shared: Map<object, number>;
}

/** What the kernel that runs now has done. */
let changes: Changes | undefined;

/** Has a new backend note what its kernels make. */
export function noteChanges(backend: WasmBackend): void {
  const move = backend.move.bind(backend);
  backend.move = (dataId, ...rest) => {
    move(dataId, ...rest);
    changes?.made.push(dataId);
  };
  const incRef = backend.incRef.bind(backend);
  backend.incRef = (dataId) => {
    if (changes && !changes.shared.has(dataId)) changes.shared.set(dataId, backend.refCount(dataId));
    incRef(dataId);
  };
}

/** Has all kernels of the wasm backend undo what they did when they fail. */
export function undoFailedKernels(): void {
  for (const kernel of tf.getKernelsForBackend("wasm")) {
    const { kernelFunc } = kernel;
    tf.unregisterKernel(kernel.kernelName, "wasm");
    tf.registerKernel({ ...kernel, kernelFunc: (call) => undoOnFailure(call as unknown as KernelCall, kernelFunc) });
  }
}

function undoOnFailure(call: KernelCall, kernelFunc: tf.KernelFunc): tf.TensorInfo | tf.TensorInfo[] {
  const outer = changes;
  const { made, shared } = (changes = { made: [], shared: new Map() } as Changes);
  try {
    const result = kernelFunc(call as never);
    outer?.made.push(...made);
    for (const [dataId, count] of shared) if (outer && !outer.shared.has(dataId)) outer.shared.set(dataId, count);
    return result;
  } catch (error) {
    const { backend } = call;
    // What the kernel has freed by itself is not there any more, and is left alone.
    for (const dataId of made) backend.disposeData(dataId, true);
    for (const [dataId, count] of shared) while (backend.refCount(dataId) > count) backend.disposeData(dataId);
    throw error;
  } finally {
    changes = outer;
  }
}

/** Has TensorFlow.js free what it saved for a gradient that could not be computed. */
export function undoFailedGradients(): void {
  const engine = tf.engine();
  const { gradients } = engine;
  engine.gradients = (...args) => {
    try {
      return gradients.apply(engine, args) as never;
    } catch (error) {
      const { state } = engine;
      // The tape of an inner gradient is that of the outer one, too.
      if (state.gradientDepth === 0 && state.activeTape) {
        for (const { saved } of state.activeTape) for (const tensor of saved ?? []) tensor.dispose();
        state.activeTape = null as never;
      }
      throw error;
    }
  };
}
