import * as tf from "@tensorflow/tfjs-core";
import type { BackendStarter } from "./backend-starter.ts";

/** The cpu backend: plain JavaScript, for tests and as the last resort. */
export const cpuStarter: BackendStarter = {
  name: "cpu",
  options: [],
  async start() {
    const { version_cpu: version } = await import("@tensorflow/tfjs-backend-cpu").catch(() => {
      throw new Error("It is not installed; npm install @tensorflow/tfjs-backend-cpu.");
    });
    await tf.setBackend("cpu");
    // At its first use in Node it prints an advertisement.
    (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
    const notes = ["The cpu backend is plain JavaScript and more than a hundred times slower than wasm."];
    return { version, threads: 1, simd: false, notes };
  },
};
