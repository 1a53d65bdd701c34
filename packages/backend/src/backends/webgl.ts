import * as tf from "@tensorflow/tfjs-core";
import { defineBackend, type BackendMaker } from "../kit/define-backend.ts";
import { averagePool3dGradient, averagePoolGradient } from "../repairs/kernels/average-pool-gradient.ts";
import { einsumKernel } from "../repairs/kernels/einsum.ts";
import { surplusOfVolumes } from "../repairs/kernels/surplus.ts";
import { repairKernels } from "../repairs/kernel-repair.ts";

const REPAIRS = [averagePoolGradient, averagePool3dGradient, einsumKernel, ...surplusOfVolumes];

/** The GPU of browsers that have nothing better, with no kernels of ours. */
export const webgl: BackendMaker<Record<never, never>> = defineBackend({
  name: "webgl",
  schema: {},
  async start() {
    const { version_webgl: version } = await import("@tensorflow/tfjs-backend-webgl").catch(() => {
      throw new Error("It is not installed; npm install @tensorflow/tfjs-backend-webgl.");
    });
    if (!hasWebgl() || !(await tf.setBackend("webgl"))) {
      throw new Error("This browser has no WebGL 2; see whether hardware acceleration is switched off.");
    }
    if (!tf.env().getBool("WEBGL_RENDER_FLOAT32_ENABLED")) {
      throw new Error("This GPU computes with 16 bits in WebGL, which is too few to train or attack.");
    }
    repairKernels("webgl", REPAIRS);
    // TensorFlow.js takes the precision for 16 bits where it is 32, and its losses clip probabilities at 1e-4 then.
    tf.backend().floatPrecision = () => 32;
    const notes = ["The wasm backend is more exact."];
    return { version, params: {}, threads: 1, simd: true, device: nameOfGpu(), notes };
  },
  // None of a pack is for it: operations are composed of TensorFlow.js's own.
  async register() {},
});

/** TensorFlow.js would print what goes wrong. */
function hasWebgl(): boolean {
  const hasDocument = typeof document !== "undefined";
  if (typeof OffscreenCanvas === "undefined" && !hasDocument) return false;
  const canvas = hasDocument ? document.createElement("canvas") : new OffscreenCanvas(1, 1);
  const context = canvas.getContext("webgl2") as WebGL2RenderingContext | null;
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}

/** As far as the browser tells it. */
function nameOfGpu(): string {
  const { gpgpu } = tf.backend() as unknown as { readonly gpgpu: { readonly gl: WebGLRenderingContext } };
  return String(gpgpu.gl.getParameter(gpgpu.gl.RENDERER));
}
