import type { GradientPatch } from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../load/node-backend.ts";
import { execute, type Attributes } from "./shared/execute.ts";
import type { KernelPatch, TensorflowKernel } from "./shared/kernel-patch.ts";
import { currentSettings } from "./shared/settings.ts";

type Inputs<Name extends string> = Record<Name, tf.TensorInfo>;

/** `BatchNormTraining`, see batch-norm-layer.ts of @kwta/backend. */
export const batchNormTraining: TensorflowKernel = ({ inputs, backend, attrs }) => {
  const { x, scale, offset } = inputs as Inputs<"x" | "scale" | "offset">;
  const epsilon = attrs["epsilon"] as number;
  if (currentSettings().native) {
    return execute(backend, "KwtaBatchNormTraining", [x, scale, offset], 3, { floats: { epsilon } });
  }
  return tf.tidy(() => {
    const results = execute(backend, "FusedBatchNormV3", [asImage(x), scale, offset, ...empty(2)], 6, plain(epsilon));
    // The variance of the batch is the one that is kept for the gradient; the other is that of what it is a sample of.
    const [y, mean, , , variance] = results as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    return [tf.reshape(y, x.shape), mean, variance];
  });
};

/** `BatchNormTrainingGrad`, see batch-norm-layer.ts of @kwta/backend. */
export const batchNormTrainingGrad: TensorflowKernel = ({ inputs, backend, attrs }) => {
  const { dy, x, mean, variance, scale } = inputs as Inputs<"dy" | "x" | "mean" | "variance" | "scale">;
  const epsilon = attrs["epsilon"] as number;
  if (currentSettings().native) {
    const op = "KwtaBatchNormTrainingGradient";
    return execute(backend, op, [dy, x, mean, variance, scale], 3, { floats: { epsilon } });
  }
  return tf.tidy(() => {
    const images = [asImage(dy), asImage(x)];
    const rest = [scale, mean, variance, ...empty(1)];
    const results = execute(backend, "FusedBatchNormGradV3", [...images, ...rest], 5, plain(epsilon));
    const [dx, byScale, byOffset] = results as [tf.Tensor, tf.Tensor, tf.Tensor];
    return [tf.reshape(dx, x.shape), byScale, byOffset];
  });
};

/** TensorFlow's op takes images only. */
function asImage(x: tf.TensorInfo): tf.TensorInfo {
  const channels = x.shape.at(-1)!;
  return tf.reshape(x as tf.Tensor, [1, tf.util.sizeFromShape(x.shape) / channels, 1, channels]);
}

function empty(count: number): tf.TensorInfo[] {
  return Array.from({ length: count }, () => tf.tensor1d([], "float32"));
}

function plain(epsilon: number): Attributes {
  return {
    floats: { epsilon },
    bools: { is_training: true },
    strings: { data_format: "NHWC" },
    floatTypes: ["T", "U"],
  };
}

/** The gradient of batch normalisation with given statistics, without TensorFlow.js's tiled copies of them. */
export const batchNormGradient: GradientPatch = {
  kernelName: tf.FusedBatchNorm,
  applies: ([, mean]) => mean!.rank === 1,
  gradient(dy, saved, attrs) {
    const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const inverse = tf.rsqrt(tf.add(variance, attrs["varianceEpsilon"] as number));
    const factor = tf.mul(scale, inverse);
    const sum = (values: tf.Tensor): tf.Tensor => tf.sum(tf.reshape(values, [-1, mean.size]), 0);
    const products = (): tf.Tensor => sum(tf.mul(dy, tf.sub(x, mean)));
    return {
      x: () => scaleChannels(dy, factor),
      mean: () => tf.neg(tf.mul(factor, sum(dy))),
      variance: () => tf.mul(tf.mul(tf.mul(factor, tf.square(inverse)), -0.5), products()),
      scale: () => tf.mul(inverse, products()),
      offset: () => sum(dy),
    };
  },
};

/** Times a factor for each channel. */
function scaleChannels(x: tf.Tensor, factor: tf.Tensor): tf.Tensor {
  // Ours cannot be differentiated.
  if (!currentSettings().native || tf.engine().state.gradientDepth > 0) return tf.mul(x, factor);
  const backend = tf.backend() as unknown as NodeBackend;
  return execute(backend, "KwtaScaleChannels", [x, factor, tf.zeros(factor.shape)], 1)[0]!;
}

/** Batch normalisation with given statistics, of any number of axes: TensorFlow's op takes images only. */
export const fusedBatchNorm: KernelPatch = {
  kernelName: tf.FusedBatchNorm,
  patch: (original) => (call) => {
    const { x, mean, variance, scale, offset } = call.inputs as Inputs<"x" | "mean" | "variance"> &
      Partial<Inputs<"scale" | "offset">>;
    if (mean.shape.length !== 1 || x.dtype !== "float32") return original(call);
    return tf.tidy(() => {
      if (currentSettings().native) {
        const spread = tf.rsqrt(tf.add(variance as tf.Tensor, call.attrs["varianceEpsilon"] as number));
        const factor = scale ? tf.mul(scale as tf.Tensor, spread) : spread;
        const shift = tf.mul(mean as tf.Tensor, factor);
        const rest = offset ? tf.sub(offset as tf.Tensor, shift) : tf.neg(shift);
        return execute(call.backend, "KwtaScaleChannels", [x, factor, rest], 1)[0]!;
      }
      if (x.shape.length === 4) return original(call) as tf.Tensor;
      const y = original({ ...call, inputs: { ...call.inputs, x: asImage(x) } }) as tf.Tensor;
      return tf.reshape(y, x.shape);
    });
  },
};
