import { startBackend } from "@kwta/backend";
import { wasm } from "@kwta/backend-wasm";
import { kwtaKernels } from "@kwta/op/kernels";

/** TensorFlow.js on wasm, one thread, with the kernels of k-WTA; without Winograd, whose rounding can change winners. */
export async function startWasm(): Promise<void> {
  await startBackend([wasm({ threads: 1, winograd: false })], { kernels: [kwtaKernels] });
}
