import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { hasOwnCall, type TrainedNorm } from "./layer-lines.ts";
import { writeNetwork, type Lines } from "./write-network.ts";

/** A model as it is trained, which a backend's kernel `TrainingNetwork` computes in one call. */
export interface TrainingNetwork {
  /** Whether the backend in use can compute it for x, with a gradient. */
  canApply(x: tf.Tensor): boolean;
  /**
   * The model's result `[n, scores]`, differentiable by its weights. Batch norms take the statistics of the batch; their running
   * statistics follow, the variance being that of what the batch is a sample of, as in PyTorch.
   *
   * @param byInput whether it is differentiable by x, too
   */
  apply(x: tf.Tensor, byInput: boolean): tf.Tensor2D;
}

/**
 * The network that a model is in training mode, which follows later changes of weights and sparsity.
 *
 * @returns undefined for a model with layers that no line can say: it is trained layer by layer
 */
export function trainingNetworkOf(model: LayersModel): TrainingNetwork | undefined {
  const norms: TrainedNorm[] = [];
  const lines = writeNetwork(model, [NAME, GRADIENT], (norm) => norms.push(norm));
  if (lines === undefined || model.outputs[0]!.shape.length !== 2) return undefined;
  return {
    canApply(x) {
      // Its gradient cannot be differentiated.
      const once = tf.engine().state.gradientDepth <= 1;
      const own = model.layers.some((layer) => hasOwnCall(layer));
      return once && !own && x.size > 0 && x.dtype === "float32" && lines.isThere();
    },
    apply: (x, byInput) => tf.tidy(() => applied(x, byInput, lines, norms)),
  };
}

const NAME = "TrainingNetwork";
const GRADIENT = "TrainingNetworkGradient";

function applied(x: tf.Tensor, byInput: boolean, lines: Lines, norms: readonly TrainedNorm[]): tf.Tensor2D {
  const { weights, network } = lines.now();
  const names = Object.keys(weights);
  const attributes = { network, lines: lines.count, norms: norms.length, byInput };
  const apply = tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const results = tf.engine().runKernel(NAME, { x, ...weights }, attributes) as tf.Tensor[];
    const [value, statistics, ...more] = results as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    follow(norms, more.slice(lines.count));
    save([x, statistics, ...more.slice(0, lines.count)]);
    const gradFunc = (dy: tf.Tensor, [at, seen, ...tapes]: tf.Tensor[]): tf.Tensor[] => {
      const named = Object.fromEntries(tapes.map((tape, i) => [`tape${i}`, tape]));
      const inputs = { dy, x: at!, statistics: seen!, ...named, ...weights };
      const [dx, ...byWeights] = tf.engine().runKernel(GRADIENT, inputs, attributes) as [tf.Tensor, ...tf.Tensor[]];
      return byInput ? [dx, ...byWeights] : byWeights;
    };
    return { value, gradFunc };
  });
  const all = names.map((name) => weights[name]!);
  return apply(...(byInput ? [x, ...all] : all)) as tf.Tensor2D;
}

function follow(norms: readonly TrainedNorm[], moved: readonly tf.Tensor[]): void {
  for (const [i, { movingMean, movingVariance }] of norms.entries()) {
    movingMean.write(moved[2 * i]!);
    movingVariance.write(moved[2 * i + 1]!);
  }
}
