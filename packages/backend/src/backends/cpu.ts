import * as tf from "@tensorflow/tfjs-core";
import { defineBackend, type BackendMaker } from "../kit/define-backend.ts";
import { averagePool3dGradient, averagePoolGradient } from "../repairs/kernels/average-pool-gradient.ts";
import { einsumKernel } from "../repairs/kernels/einsum.ts";
import { maxPool3dGradient } from "../repairs/kernels/max-pool-3d-gradient.ts";
import { resizeGradients } from "../repairs/kernels/resize-gradients.ts";
import { surplusOfVolumes } from "../repairs/kernels/surplus.ts";
import { repairKernels } from "../repairs/kernel-repair.ts";
import { registerTypedArrayKernels, type ArrayMemory } from "../kit/register-typed-array-kernels.ts";

const REPAIRS = [
  averagePoolGradient,
  averagePool3dGradient,
  einsumKernel,
  maxPool3dGradient,
  ...resizeGradients,
  ...surplusOfVolumes,
];

/** Plain JavaScript, for tests and as the last resort. */
export const cpu: BackendMaker<Record<never, never>> = defineBackend({
  name: "cpu",
  schema: {},
  async start() {
    const { version_cpu: version } = await import("@tensorflow/tfjs-backend-cpu").catch(() => {
      throw new Error("It is not installed; npm install @tensorflow/tfjs-backend-cpu.");
    });
    await tf.setBackend("cpu");
    repairKernels("cpu", REPAIRS);
    // At its first use in Node it prints an advertisement.
    (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
    const notes = ["The cpu backend is plain JavaScript and more than a hundred times slower than wasm."];
    return { version, params: {}, threads: 1, simd: false, slow: true, notes };
  },
  async register({ typedArray }) {
    if (typedArray) registerTypedArrayKernels("cpu", await typedArray(), (backend) => memoryOf(backend as CpuBackend));
  },
});

/** What is used of `MathBackendCPU`. */
interface CpuBackend {
  readonly data: tf.DataStorage<{ values?: tf.backend_util.BackendValues }>;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
  disposeData(dataId: object): boolean;
}

function memoryOf(backend: CpuBackend): ArrayMemory {
  return {
    allocate: (shape) => backend.makeTensorInfo(shape, "float32", new Float32Array(tf.util.sizeFromShape(shape))),
    view: ({ dataId }) => {
      const { values } = backend.data.get(dataId);
      return values instanceof Float32Array ? values : Float32Array.from(values as unknown as number[]);
    },
    free: ({ dataId }) => void backend.disposeData(dataId),
  };
}
