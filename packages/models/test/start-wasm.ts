import { startBackend } from "@kwta/backend";
import { wasm } from "@kwta/backend-wasm";
import { kwtaKernels } from "@kwta/op/kernels";

/** TensorFlow.js on wasm, one thread, with the kernels of k-WTA. */
export async function startWasm(): Promise<void> {
  await startBackend([wasm({ threads: 1 })], { kernels: [kwtaKernels] });
}
