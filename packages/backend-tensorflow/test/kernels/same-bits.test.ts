import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { numbersFor } from "../../../backend/test/conformance/operation.ts";
import type { Attributes } from "../../src/kernels/shared/execute.ts";
import { noTensorflow, runOp, setThreads } from "../helpers/native.ts";

beforeEach(({ skip }) => {
  if (noTensorflow !== undefined) skip(noTensorflow);
});
afterAll(() => {
  if (noTensorflow === undefined) setThreads(1);
});

/** One op; its first `batched` inputs and, where `perSample`, its first output have a batch axis. */
interface Case {
  readonly op: string;
  readonly shapes: readonly (readonly number[])[];
  readonly batched: number;
  readonly outputs?: number;
  readonly attributes: Attributes;
  readonly perSample: boolean;
}

const SAMPLES = 7;

function winograd(height: number, width: number, ci: number, co: number): Record<string, Case> {
  const name = `${height}x${width}, ${ci} to ${co} channels`;
  const ints = { top: 1, left: 1, height, width, relu: 0 };
  const [x, dy, filter] = [
    [SAMPLES, height, width, ci],
    [SAMPLES, height, width, co],
    [3, 3, ci, co],
  ] as const;
  const op = "KwtaWinogradConvolution";
  const gradient = { op: "KwtaWinogradFilterGradient", attributes: { ints: { top: 1, left: 1 } } };
  return {
    [`Winograd ${name}`]: {
      op,
      shapes: [x, filter, [co]],
      batched: 1,
      attributes: { ints: { ...ints, turned: 0 } },
      perSample: true,
    },
    [`Winograd ${name}, back to the input`]: {
      op,
      shapes: [dy, filter, [ci]],
      batched: 1,
      attributes: { ints: { ...ints, turned: 1 } },
      perSample: true,
    },
    [`Winograd ${name}, back to the filter`]: { ...gradient, shapes: [x, dy], batched: 2, perSample: false },
  };
}

function patches(): Record<string, Case> {
  const window = { stride_height: 2, stride_width: 2, dilation_height: 1, dilation_width: 1, top: 1, left: 0 };
  const [x, dy, filter] = [
    [SAMPLES, 9, 8, 40],
    [SAMPLES, 5, 4, 70],
    [3, 3, 40, 70],
  ] as const;
  const ints = (height: number, width: number): Attributes => ({ ints: { ...window, height, width } });
  return {
    patches: { op: "KwtaPatchConvolution", shapes: [x, filter], batched: 1, attributes: ints(5, 4), perSample: true },
    "patches, back to the input": {
      op: "KwtaPatchInputGradient",
      shapes: [dy, filter],
      batched: 1,
      attributes: ints(9, 8),
      perSample: true,
    },
    "patches, back to the filter": {
      op: "KwtaPatchFilterGradient",
      shapes: [x, dy],
      batched: 2,
      attributes: ints(3, 3),
      perSample: false,
    },
  };
}

/** A block of a residual network, with so many channels. */
function network(channels: number): Case {
  const text = [
    "conv 0 | 0 1 1 1 1 1 1 1 9 8",
    "relu 1 |",
    "conv 2 | 2 -1 1 1 1 1 1 1 9 8",
    "scale 3 | 1 1",
    "add 4 2 |",
    "max 5 | 2 2 2 2 4 4",
    "conv 6 | 2 1 2 2 1 1 1 1 2 2",
    "mean 7 | 2 2 1 1 1 1",
    "conv 8 | 3 -1",
  ].join("\n");
  const filters = [[3, 3, 20, channels], [channels], [3, 3, channels, channels], [channels, 150]];
  return {
    op: "KwtaNetwork",
    shapes: [[SAMPLES, 9, 8, 20], ...filters],
    batched: 1,
    outputs: 2,
    attributes: { ints: { keep: 1, N: 4 }, strings: { network: text } },
    perSample: true,
  };
}

/** Two blocks of a residual network that is trained, wide enough for filters that do not stay in the cache where `channels` is. */
function trainingNetwork(channels: number): {
  readonly text: string;
  readonly lines: number;
  readonly shapes: number[][];
} {
  const lines = [
    "norm 0 | 1 2 3 4 0.001 0.9",
    "relu 1 |",
    "conv 2 | 0 1 1 1 1 1 1 1 9 8",
    "norm 3 | 5 6 7 8 0.001 0.9",
    "conv 2 | 0 -1 1 1 1 1 1 1 9 8",
    "add 4 5 |",
    "relu 6 |",
    "concat 7 6 |",
    "mean 8 | 9 8 1 1 1 1",
  ];
  const row = [channels];
  const shapes = [[3, 3, channels, channels], ...Array.from({ length: 8 }, () => row)];
  return { text: lines.join("\n"), lines: lines.length, shapes: [[SAMPLES, 9, 8, channels], ...shapes] };
}

function training(channels: number): Case {
  const { text, lines, shapes } = trainingNetwork(channels);
  return {
    op: "KwtaTrainingNetwork",
    shapes,
    batched: 1,
    outputs: 2 + lines + 4,
    attributes: { ints: { N: 9, T: lines, M: 4 }, strings: { network: text } },
    perSample: false,
  };
}

/** Of the same, the gradients by x and weights. */
function trainingGradients(channels: number): Uint32Array[] {
  const { text, lines, shapes } = trainingNetwork(channels);
  return tf.tidy(() => {
    const [x, ...weights] = shapes.map((shape, i) => tf.tensor(numbersFor(shape, i), shape));
    const strings = { network: text };
    const ints = { N: 9, T: lines };
    const forward = { ints: { ...ints, M: 4 }, strings };
    const [y, ...kept] = runOp("KwtaTrainingNetwork", [x!, ...weights], 2 + lines + 4, forward);
    const dy = tf.tensor(numbersFor(y!.shape, 20), y!.shape);
    const inputs = [dy, x!, ...kept.slice(0, 1 + lines), ...weights];
    const results = runOp("KwtaTrainingNetworkGradient", inputs, 10, { ints: { ...ints, by_input: 1 }, strings });
    return results.map((tensor) => new Uint32Array(tensor.dataSync().buffer)) as unknown as tf.TensorContainer;
  }) as unknown as Uint32Array[];
}

const CASES: Readonly<Record<string, Case>> = {
  "a network that is trained, whose filters are transformed at once": training(24),
  "a network that is trained, whose filters are not": training(200),
  "a network whose filters stay in the cache": network(24),
  "a network whose filters do not": network(200),
  ...winograd(13, 11, 19, 21),
  ...winograd(8, 8, 128, 130),
  // Filters that are larger than the cache.
  ...winograd(6, 5, 304, 40),
  ...patches(),
  "batch norm": {
    op: "KwtaBatchNormTraining",
    shapes: [[SAMPLES, 30, 29, 20], [20], [20]],
    batched: 1,
    outputs: 3,
    attributes: { floats: { epsilon: 1e-3 } },
    perSample: false,
  },
};

/** The outputs of an op for the first samples, as words of 32 bits. */
function evaluate({ op, shapes, batched, outputs = 1, attributes }: Case, samples: number): Uint32Array[] {
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => {
      const values = numbersFor(shape, i);
      if (i >= batched) return tf.tensor(values, [...shape]);
      return tf.tensor(values.slice(0, (values.length / SAMPLES) * samples), [samples, ...shape.slice(1)]);
    });
    const results = runOp(op, inputs, outputs, attributes);
    return results.map((tensor) => new Uint32Array(tensor.dataSync().buffer)) as unknown as tf.TensorContainer;
  }) as unknown as Uint32Array[];
}

/** Where they first differ; -1 where nowhere. */
function difference(actual: readonly Uint32Array[], expected: readonly Uint32Array[]): number {
  const places = actual.map((words, i) => words.findIndex((word, at) => word !== expected[i]![at]));
  return Math.max(...places);
}

describe.each(Object.entries(CASES))("%s", (_, each) => {
  test("has the same bits on 1, 2, 3 and 5 threads", () => {
    setThreads(1);
    const expected = evaluate(each, SAMPLES);
    for (const threads of [2, 3, 5]) {
      setThreads(threads);
      expect(difference(evaluate(each, SAMPLES), expected)).toBe(-1);
    }
  });

  test.skipIf(!each.perSample)("gives a sample the same bits in any batch", () => {
    setThreads(2);
    const whole = evaluate(each, SAMPLES);
    for (const samples of [1, 2, 5]) expect(difference(evaluate(each, samples), whole)).toBe(-1);
  });
});

test.each([24, 200])(
  "gradients of a network of %i channels that is trained have the same bits on any threads",
  (channels) => {
    setThreads(1);
    const expected = trainingGradients(channels);
    // The moving statistics have none.
    expect(expected.map(({ length }) => length > 0)).toEqual([1, 1, 1, 1, 0, 0, 1, 1, 0, 0].map(Boolean));
    for (const threads of [2, 3, 5]) {
      setThreads(threads);
      expect(difference(trainingGradients(channels), expected)).toBe(-1);
    }
  },
);
