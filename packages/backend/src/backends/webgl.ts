import * as tf from "@tensorflow/tfjs-core";
import { defineBackend, type BackendMaker } from "../kit/define-backend.ts";
import { isSoftwareGpu } from "../kit/software-gpu.ts";
import { averagePool3dGradient, averagePoolGradient } from "../repairs/kernels/average-pool-gradient.ts";
import { einsumKernel } from "../repairs/kernels/einsum.ts";
import { surplusOfVolumes } from "../repairs/kernels/surplus.ts";
import { repairKernels } from "../repairs/kernel-repair.ts";

const REPAIRS = [averagePoolGradient, averagePool3dGradient, einsumKernel, ...surplusOfVolumes];

/** The GPU of browsers that have nothing better, with no kernels of ours. */
export const webgl: BackendMaker<Record<never, never>> = defineBackend({
  name: "webgl",
  schema: {},
  async start(_params, { byName = false }) {
    const { version_webgl: version } = await import("@tensorflow/tfjs-backend-webgl").catch(() => {
      throw new Error("It is not installed; npm install @tensorflow/tfjs-backend-webgl.");
    });
    const device = openGpu();
    const isSoftware = device !== undefined && isSoftwareGpu(device);
    if (isSoftware && !byName) {
      throw new Error(`There is no GPU. ${SOFTWARE} It is called ${device}, and can be had by its name, "webgl".`);
    }
    if (device === undefined || !(await tf.setBackend("webgl"))) {
      throw new Error("This browser has no WebGL 2; see whether hardware acceleration is switched off.");
    }
    if (!tf.env().getBool("WEBGL_RENDER_FLOAT32_ENABLED")) {
      throw new Error("This GPU computes with 16 bits in WebGL, which is too few to train or attack.");
    }
    repairKernels("webgl", REPAIRS);
    // TensorFlow.js takes the precision for 16 bits where it is 32, and its losses clip probabilities at 1e-4 then.
    tf.backend().floatPrecision = () => 32;
    const notes = [...(isSoftware ? [SOFTWARE] : []), "The wasm backend is more exact."];
    return { version, params: {}, threads: 1, simd: true, device, slow: isSoftware, notes };
  },
  // None of a pack is for it: operations are composed of TensorFlow.js's own.
  async register() {},
});

const SOFTWARE = "A program that computes on the CPU stands in for the GPU.";

/** The name of the GPU, as far as the browser tells it; undefined without WebGL, for which TensorFlow.js would print why. */
function openGpu(): string | undefined {
  const hasDocument = typeof document !== "undefined";
  if (typeof OffscreenCanvas === "undefined" && !hasDocument) return undefined;
  const canvas = hasDocument ? document.createElement("canvas") : new OffscreenCanvas(1, 1);
  const context = canvas.getContext("webgl2") as WebGL2RenderingContext | null;
  if (context === null) return undefined;
  // Chromium tells it by an extension alone; Firefox has that too, but warns of it and tells it without.
  const extension = /firefox/i.test(navigator.userAgent) ? null : context.getExtension("WEBGL_debug_renderer_info");
  const name = String(context.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return name;
}
