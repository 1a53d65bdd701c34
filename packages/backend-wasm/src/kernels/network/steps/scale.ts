import type * as tf from "@tensorflow/tfjs-core";
import { factorAndOffset } from "../../fused-batch-norm.ts";
import { readRow, rowsOf, runOnRows, sumBlocks } from "../../shared/rows.ts";
import type { Call, SampleShape, Step, StepMaker } from "../step.ts";

/** A factor (or -1) and an offset (or -1) of each channel. */
export const makeScale: StepMaker = (args, [x]) => {
  const [factor, offset] = args.map(Number);
  const row = ({ backend, weights }: Call, index: number, otherwise: number): Float64Array =>
    index < 0 ? new Float64Array(x!.channels).fill(otherwise) : Float64Array.from(readRow(backend, weights[index]!));
  const { height, width, channels } = x!;
  return {
    ...scaling(x!, (call) => [row(call, factor!, 1), row(call, offset!, 0)]),
    differentiated: [factor!, offset!],
    weightGradients({ host, count }, { x: from, dy, constants, by }) {
      const rows = rowsOf([count * height * width, channels]);
      // Products with the distance to 0.
      const a = constants + 4 * 2 * channels;
      const [sums, products] = sumBlocks(host, "batchGradientSums", rows, { x: from, dy, a });
      if (factor! >= 0) host.view(by(factor!), channels).set(products!);
      if (offset! >= 0) host.view(by(offset!), channels).set(sums!);
    },
  };
};

/** Batch normalisation with given statistics: scale (or -1), offset (or -1), mean, variance, epsilon. */
export const makeNorm: StepMaker = (args, [x]) => {
  const [scale, offset, mean, variance, epsilon] = args.map(Number);
  return scaling(x!, ({ backend, weights }) => {
    const weight = (index: number): tf.TensorInfo | undefined => weights[index];
    const statistics = { mean: weight(mean!)!, variance: weight(variance!)! };
    return factorAndOffset(backend, { ...statistics, scale: weight(scale!), offset: weight(offset!) }, epsilon!);
  });
};

/** Each channel times a factor, plus an offset. */
function scaling(shape: SampleShape, numbers: (call: Call) => [factor: Float64Array, offset: Float64Array]): Step {
  const { channels } = shape;
  const run = ({ host, count }: Call, x: number, to: number, a: number, b: number, low?: number): void => {
    const rows = rowsOf([count * shape.height * shape.width, channels]);
    runOnRows(host, "scaleChannels", rows, { x, to, a, b }, low);
  };
  // Factors, offsets, and the offsets of the gradient.
  const [factors, offsets, none] = [0, 1, 2].map((i) => 4 * i * channels) as [number, number, number];
  return {
    shape,
    constants: 3 * channels,
    inPlace: true,
    canRelu: true,
    prepare(call, constants) {
      const [factor, offset] = numbers(call);
      const place = call.host.view(constants, 3 * channels);
      place.set(factor);
      place.set(offset, channels);
      place.fill(0, 2 * channels);
    },
    forward: (call, { inputs, output, constants, relu }) =>
      run(call, inputs[0]!, output, constants + factors, constants + offsets, relu ? 0 : undefined),
    backward: (call, { dy, dx, constants }) => run(call, dy, dx, constants + factors, constants + none),
  };
}
