import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, test } from "vitest";
import type { Attributes } from "../../src/kernels/shared/execute.ts";
import { noTensorflow, runOp } from "../helpers/native.ts";

beforeEach(({ skip }) => {
  if (noTensorflow !== undefined) skip(noTensorflow);
});

const WINOGRAD = { top: 1, left: 1, height: 4, width: 4, turned: 0, relu: 0 };
const WINDOW = { stride_height: 2, stride_width: 2, dilation_height: 1, dilation_width: 1, top: 0, left: 0 };

/** Inputs that an op must refuse: it would read or write memory that is not its own. */
const BAD: readonly [op: string, shapes: number[][], attributes: Attributes, message: RegExp][] = [
  ["KwtaWinogradConvolution", [[4, 4, 8], [3, 3, 8, 8], [0]], { ints: WINOGRAD }, /x must be \[batch, height/],
  ["KwtaWinogradConvolution", [[0, 4, 4, 8], [3, 3, 8, 8], [0]], { ints: WINOGRAD }, /none of them 0/],
  ["KwtaWinogradConvolution", [[1, 4, 4, 8], [3, 2, 8, 8], [0]], { ints: WINOGRAD }, /filter must be \[3, 3/],
  ["KwtaWinogradConvolution", [[1, 4, 4, 8], [3, 3, 9, 8], [0]], { ints: WINOGRAD }, /the same channels/],
  ["KwtaWinogradConvolution", [[1, 4, 4, 8], [3, 3, 8, 8], [7]], { ints: WINOGRAD }, /bias must have one number/],
  ["KwtaWinogradConvolution", [[1, 4, 4, 8], [3, 3, 8, 8], [0]], { ints: { ...WINOGRAD, top: 3 } }, /at most two rows/],
  ["KwtaWinogradConvolution", [[1, 4, 4, 8], [3, 3, 8, 8], [0]], { ints: { ...WINOGRAD, height: 0 } }, /a height/],
  [
    "KwtaWinogradFilterGradient",
    [
      [2, 4, 4, 8],
      [1, 4, 4, 8],
    ],
    { ints: { top: 1, left: 1 } },
    /number of samples/,
  ],
  [
    "KwtaPatchConvolution",
    [
      [1, 4, 4, 8],
      [1, 1, 9, 8],
    ],
    { ints: { ...WINDOW, height: 2, width: 2 } },
    /channels/,
  ],
  [
    "KwtaPatchConvolution",
    [
      [1, 4, 4, 8],
      [1, 1, 8],
    ],
    { ints: { ...WINDOW, height: 2, width: 2 } },
    /four axes/,
  ],
  [
    "KwtaPatchConvolution",
    [
      [1, 4, 4, 8],
      [1, 1, 8, 8],
    ],
    { ints: { ...WINDOW, stride_height: 0, height: 2, width: 2 } },
    /at least 1/,
  ],
  ["KwtaBatchNormTraining", [[5, 3], [3], [2]], { floats: { epsilon: 1e-3 } }, /one number per channel/],
  ["KwtaBatchNormTraining", [[0, 3], [3], [3]], { floats: { epsilon: 1e-3 } }, /needs values/],
  ["KwtaBatchNormTrainingGradient", [[5, 3], [5, 4], [3], [3], [3]], { floats: { epsilon: 1e-3 } }, /same shape/],
  ["KwtaScaleChannels", [[5, 3], [4], [3]], {}, /one number per channel/],
  [
    "KwtaReluGradient",
    [
      [5, 3],
      [3, 5],
    ],
    {},
    /same shape/,
  ],
  ["KwtaMomentumStep", [[5], [5], [4], [3]], {}, /those of the variable/],
  ...badNetworks(),
];

/** Texts of networks that would read or write elsewhere. */
function badNetworks(): [op: string, shapes: number[][], attributes: Attributes, message: RegExp][] {
  const texts: readonly (readonly [text: string, message: RegExp])[] = [
    ["", /no steps/],
    ["relu 1 |", /not yet/],
    ["relu |", /too few inputs/],
    ["add 0 |", /too few inputs/],
    ["swish 0 |", /no step of this name/],
    ["activation 0 | swish 3", /no kernel pack/],
    ["activation 0 |", /too few numbers/],
    ["activation 0 | kwta 49 exact", /k must be from 1/],
    ["activation 0 | kwta 3", /too few numbers/],
    ["activation 0 | kwta 3 steep", /has this gradient/],
    ["activation 0 | kwta 3 gate:0", /temperature of a gate/],
    ["activation 0 | lwta 2 exact", /groups of at least 2/],
    ["activation 0 | mean-sparse 0 0 0 0.1 exact", /one number per channel/],
    ["conv 0 | 1 -1 1 1 1 1 0 0 2 2", /a weight that there is not/],
    ["conv 0 | 0 -1 1 1 1 1 0 0 2", /too few numbers/],
    ["conv 0 | 0 -1 0 1 1 1 0 0 2 2", /at least 1/],
    ["conv 0 | 0 -1 1 1 1 1 0 0 0 2", /a height and a width/],
    ["conv 0 | 0 -1 1 1 1 1 0 0 65536 65536", /too large/],
    ["conv 0 | 0 0 1 1 1 1 0 0 2 2", /the bias must have one number/],
    ["conv 0 | 0 -1 1 1 1 1 0 0 2 2\nconv 1 | 0 -1 1 1 1 1 0 0 2 2", /those of the filter/],
    ["norm 0 | -1 -1 0 0 0.001", /one number per channel/],
    ["scale 0 | 0 -1", /one number per channel/],
    ["max 0 | 3 3 2 2 2 2", /within the image/],
    ["mean 0 | 3 3 0 2 1 1", /at least 1/],
    ["conv 0 | 0 -1 1 1 1 1 0 0 2 2\nadd 0 1 |", /one shape/],
    ["mean 0 | 4 4 1 1 1 1\nconcat 0 1 |", /one height and width/],
  ];
  const x = [2, 4, 4, 3];
  const filter = [3, 3, 3, 5];
  const forward = { ints: { keep: 1, N: 1 } };
  const sizes = { height: 4, width: 4, channels: 3, N: 1 };
  const trained = (network: string, ints: Record<string, number>): Attributes => ({
    ints: { N: 1, T: 1, M: 1, ...ints },
    strings: { network },
  });
  return [
    ...texts.flatMap(([network, message]): [string, number[][], Attributes, RegExp][] => [
      ["KwtaNetwork", [x, filter], { ...forward, strings: { network } }, message],
      ["KwtaTrainingNetwork", [x, filter], trained(network, {}), message],
    ]),
    ["KwtaTrainingNetwork", [x, [3]], trained("norm 0 | 0 0 0 0 0.001", {}), /too few numbers/],
    ["KwtaTrainingNetwork", [x, [3]], trained("norm 0 | 0 0 0 -1 0.001 0.9", {}), /needs moving statistics/],
    ["KwtaTrainingNetwork", [x, [3]], trained("norm 0 | 0 0 0 0 0.001 0.9", {}), /twice the number of batch norms/],
    ["KwtaTrainingNetwork", [x, [3]], trained("relu 0 |", { T: 2, M: 0 }), /the number of lines/],
    ...(
      [
        [[2, 47], x, [0], [8], /shape of the/],
        [[2, 48], x, [0], [1], /tape is another/],
        [[2, 48], x, [2], [8], /statistics are another/],
        [[2, 48], [2], [0], [8], /one to three axes/],
      ] as const
    ).map(([dy, image, statistics, tape, message]): [string, number[][], Attributes, RegExp] => [
      "KwtaTrainingNetworkGradient",
      [[...dy], [...image], [...statistics], [...tape], [3]],
      { ints: { N: 1, T: 1, by_input: 1 }, strings: { network: "relu 0 |" } },
      message,
    ]),
    ["KwtaNetwork", [[4], filter], { ...forward, strings: { network: "relu 0 |" } }, /one to three axes/],
    ["KwtaNetwork", [[0, 4], filter], { ...forward, strings: { network: "relu 0 |" } }, /none of them of length 0/],
    [
      "KwtaNetworkGradient",
      [[2, 47], [2, 3], filter],
      { ints: sizes, strings: { network: "relu 0 |" } },
      /shape of the/,
    ],
    [
      "KwtaNetworkGradient",
      [[2, 48], [2, 1], filter],
      { ints: sizes, strings: { network: "relu 0 |" } },
      /tape is another/,
    ],
  ];
}

/** Of those that have not one. */
const OUTPUTS: Readonly<Record<string, number>> = {
  KwtaBatchNormTraining: 3,
  KwtaBatchNormTrainingGradient: 3,
  KwtaMomentumStep: 2,
  KwtaNetwork: 2,
  KwtaTrainingNetwork: 4,
  KwtaTrainingNetworkGradient: 2,
};

describe("what an op cannot use is an error with a reason", () => {
  test.each(BAD.map((bad) => [`${bad[0]} of ${JSON.stringify(bad[1])}: ${bad[3].source}`, bad] as const))(
    "%s",
    (_, bad) => {
      const [op, shapes, attributes, message] = bad;
      tf.tidy(() => {
        expect(() =>
          runOp(
            op,
            shapes.map((shape) => tf.zeros(shape)),
            OUTPUTS[op] ?? 1,
            attributes,
          ),
        ).toThrow(message);
      });
    },
  );

  test("too little memory for the output", () => {
    // Four million million numbers.
    const ints = { ...WINDOW, height: 2 ** 22, width: 2 ** 10 };
    tf.tidy(() => {
      const image = tf.zeros([1, 1, 1, 32]);
      expect(() => runOp("KwtaPatchFilterGradient", [image, image], 1, { ints })).toThrow(/memory does not suffice/);
    });
  });

  test("and the next op computes as ever", () => {
    const [dx] = tf.tidy(() => runOp("KwtaReluGradient", [tf.tensor1d([1, 2, Infinity]), tf.tensor1d([1, 0, -1])]));
    expect(Array.from(dx!.dataSync())).toEqual([1, 0, 0]);
    dx!.dispose();
  });
});

test("a step with momentum is the rule word for word", () => {
  const random = (seed: number): tf.Tensor => tf.randomUniform([70001], -1, 1, "float32", seed);
  tf.tidy(() => {
    const [w, velocity, gradient] = [random(1), random(2), random(3)] as const;
    const settings = tf.tensor1d([0.9, 0.01, 0.1]);
    const [nextW, nextVelocity] = runOp("KwtaMomentumStep", [w, velocity, gradient, settings], 2);
    const expected = tf.add(tf.mul(velocity, 0.9), tf.add(gradient, tf.mul(w, 0.01)));
    const worst = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;
    expect(worst(nextVelocity!, expected)).toBeLessThan(1e-6);
    expect(worst(nextW!, tf.sub(w, tf.mul(expected, 0.1)))).toBeLessThan(1e-6);
  });
});
