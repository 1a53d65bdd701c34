import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/**
 * Gives a new model its initial weights. Each depends on the seed and its own name alone, so it is the same on every
 * backend and whatever else the model holds.
 *
 * - Convolutions: He-normal by fan-out, N(0, 2 / (kernel area * filters)), as the authors' WideResNet and PyTorch's own
 *   ResNets have it.
 * - Dense kernels and biases: uniform in +-1 / sqrt(fan-in), PyTorch's default.
 * - Batch norm keeps scale 1, shift 0, mean 0 and variance 1.
 *
 * @see He, Zhang, Ren, Sun: "Delving deep into rectifiers" (ICCV 2015)
 */
export function initialise(model: LayersModel, seed: number): void {
  for (const layer of model.layers) {
    const kind = layer.getClassName();
    if (kind !== "Conv2D" && kind !== "Dense") continue;
    const kernelShape = layer.weights[0]!.shape as number[];
    for (const weight of layer.weights) {
      const shape = weight.shape as number[];
      const values = new Float32Array(tf.util.sizeFromShape(shape));
      const random = keyedRandom(seed, "init", weight.originalName);
      if (kind === "Conv2D") {
        const [height, width, , filters] = kernelShape as [number, number, number, number];
        random.normal(values, 0, Math.sqrt(2 / (height * width * filters)));
      } else {
        const bound = 1 / Math.sqrt(kernelShape[0]!);
        random.uniform(values, -bound, bound);
      }
      tf.tidy(() => {
        weight.write(tf.tensor(values, shape));
      });
    }
  }
}
