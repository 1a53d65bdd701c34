import { moments, normalizer, normGradient } from "../../shared/batch-statistics.ts";
import { readRow, rowsOf, runOnRows, type Rows } from "../../shared/rows.ts";
import type { Call, Numbers, StepMaker } from "../step.ts";

/**
 * Batch normalisation by the statistics of the batch: scale (or -1), offset (or -1), moving mean, moving variance, epsilon,
 * momentum. The moving variance follows that of what the batch is a sample of, as in PyTorch.
 */
export const makeTrainedNorm: StepMaker = (args, [x]) => {
  const [scale, offset, movingMean, movingVariance, epsilon, momentum] = args.map(Number) as Numbers<6>;
  const { channels } = x!;
  const rows = ({ count }: Call): Rows => rowsOf([count * x!.height * x!.width, channels]);
  const row = ({ backend, weights }: Call, index: number): Float32Array | undefined =>
    index < 0 ? undefined : readRow(backend, weights[index]!);
  const places = (constants: number): readonly [number, number, number] => [
    constants,
    constants + 4 * channels,
    constants + 8 * channels,
  ];
  return {
    shape: x!,
    constants: 3 * channels,
    // Mean and variance.
    statistics: 2 * channels,
    moves: true,
    differentiated: [scale, offset],
    inPlace: true,
    canRelu: true,
    forward(call, { inputs, output, constants, relu, statistics, moved }) {
      const { host } = call;
      const found = moments(host, rows(call), inputs[0]!);
      const learned = [row(call, scale), row(call, offset)] as const;
      const [a, b] = places(constants);
      normalizer(found, epsilon, ...learned).forEach((each, i) => host.view([a, b][i]!, channels).set(each));
      host.view(statistics, channels).set(found.mean);
      host.view(statistics + 4 * channels, channels).set(found.variance);
      const values = rows(call).rows;
      // One value is a sample of nothing.
      const unbiased = values > 1 ? values / (values - 1) : 1;
      const follow = (to: number, index: number, seen: Float64Array): void => {
        const before = row(call, index)!;
        host.view(to, channels).set(seen.map((value, c) => before[c]! - (before[c]! - value) * (1 - momentum)));
      };
      follow(moved[0]!, movingMean, found.mean);
      follow(
        moved[1]!,
        movingVariance,
        found.variance.map((value) => value * unbiased),
      );
      runOnRows(host, "scaleChannels", rows(call), { x: inputs[0]!, to: output, a, b }, relu ? 0 : undefined);
    },
    weightGradients(call, { x: from, dy, statistics, constants, by }) {
      const { host } = call;
      const variance = host.view(statistics + 4 * channels, channels).slice();
      const at = { x: from, dy, a: statistics };
      const found = normGradient(host, rows(call), at, variance, epsilon, row(call, scale));
      found.rows.forEach((each, i) => host.view(places(constants)[i]!, channels).set(each));
      if (scale >= 0) host.view(by(scale), channels).set(found.scale);
      if (offset >= 0) host.view(by(offset), channels).set(found.offset);
    },
    keeps: "input",
    backward(call, { dy, dx, kept, constants }) {
      const [a, b, c] = places(constants);
      runOnRows(call.host, "combineChannels", rows(call), { x: kept, dy, to: dx, a, b, c });
    },
  };
};
