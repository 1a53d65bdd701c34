import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import {
  input,
  layers,
  model as functional,
  models,
  sequential,
  type LayersModel,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import {
  activationLayer,
  batchTopK,
  BatchTopK,
  breakRelu,
  BreakReLU,
  ChoosableLayer,
  formatActivation,
  kwta,
  KWTA,
  kwtaAbs,
  KWTAAbs,
  KWTABoosted,
  kwtaChannel,
  KWTAChannel,
  KWTAK,
  kwtaStat,
  KWTAStat,
  kwtaLayers,
  lwta,
  LWTA,
  maxPoolGroups,
  MaxPoolGroups,
  MeanSparse,
  parseActivation,
  parseActivations,
  setGamma,
  statisticalTopK,
  StatisticalTopK,
  stochasticLwta,
  StochasticLWTA,
} from "../src/index.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

function twoLayers(): LayersModel {
  return sequential({
    layers: [
      layers.dense({ units: 20, inputShape: [10], useBias: false, kernelInitializer: "ones" }),
      activationLayer("kwta:0.5", { name: "first" }),
      activationLayer("relu"),
      new KWTA({ gamma: 0.25, name: "second" }),
    ],
  });
}

test("a model keeps its k-WTA layers and their present gamma through JSON", async () => {
  const model = twoLayers();
  (model.getLayer("second") as KWTA).gamma = 0.3;
  const again = await models.modelFromJSON(JSON.parse(model.toJSON() as string) as never);
  expect(kwtaLayers(again).map(({ name, gamma }) => [name, gamma])).toEqual([
    ["first", 0.5],
    ["second", 0.3],
  ]);
});

test("gamma of a live model takes effect, and a bad one changes nothing", () => {
  const model = functional(
    (() => {
      const x = input({ shape: [2, 5, 2] });
      const inner = sequential({ layers: [new KWTA({ gamma: 0.5, inputShape: [2, 5, 2] })] });
      return { inputs: x, outputs: new KWTA({ gamma: 0.5 }).apply(inner.apply(x)) as SymbolicTensor };
    })(),
  );
  expect(kwtaLayers(model)).toHaveLength(2);
  const winners = (): number =>
    tf.tidy(() => {
      const y = model.predict(tf.reshape(tf.range(1, 21), [1, 2, 5, 2])) as tf.Tensor;
      return y.dataSync().filter((value) => value !== 0).length;
    });
  const tensors = tf.memory().numTensors;
  expect(winners()).toBe(10);
  setGamma(model, 0.15);
  expect(winners()).toBe(3);
  for (const gamma of [0, 1, 0.04, NaN]) expect(() => setGamma(model, gamma)).toThrow(/gamma/);
  expect(kwtaLayers(model).map(({ gamma }) => gamma)).toEqual([0.15, 0.15]);
  expect(() => setGamma(sequential({ layers: [layers.reLU({ inputShape: [3] })] }), 0.1)).toThrow(/no k-WTA layer/);
  expect(tf.memory().numTensors).toBe(tensors);
});

test("a layer that could keep no winner is refused when the model is built", () => {
  const small = layers.dense({ units: 5, inputShape: [3] });
  expect(() => sequential({ layers: [small, new KWTA({ gamma: 0.1, name: "tiny" })] })).toThrow(
    /"tiny": gamma 0.1 of 5/,
  );
  expect(() => new KWTA({ gamma: 2 })).toThrow(/gamma is 2/);
});

test("withBackward changes the gradient of what is computed inside it, and nothing after", () => {
  const layer = new KWTA({ gamma: 0.5 });
  const gradient = (around: (f: () => tf.Tensor) => tf.Tensor): number[] =>
    tf.tidy(() => {
      const f = (x: tf.Tensor): tf.Tensor => around(() => layer.apply(x) as tf.Tensor);
      return [
        ...tf
          .grad(f)(tf.tensor2d([[1, 2, 3, -4]]))
          .dataSync(),
      ];
    });
  const exact = [0, 1, 1, 0];
  expect(gradient((f) => f())).toEqual(exact);
  expect(gradient((f) => layer.withBackward("straight-through", f))).toEqual([1, 1, 1, 1]);
  const nested = (f: () => tf.Tensor): tf.Tensor =>
    layer.withBackward("straight-through", () => {
      layer.withBackward("exact", () => 0);
      expect(() => layer.withBackward("nonsense", f)).toThrow(/Unknown backward pass "nonsense"/);
      const fail = (): never => layer.withBackward("exact", () => expect.fail("thrown inside"));
      expect(fail).toThrow("thrown inside");
      return layer.withBackward("relu", f);
    });
  expect(gradient(nested)).toEqual([1, 1, 1, 0]);
  expect(() => layer.withBackward("relu", () => Promise.resolve())).toThrow(/promise/);
  expect(gradient((f) => f())).toEqual(exact);
});

const FAMILY = [
  ["kwta:0.5", { kind: "kwta", gamma: 0.5 }, KWTA],
  ["kwta-channel:0.25", { kind: "kwta-channel", gamma: 0.25 }, KWTAChannel],
  ["kwta-abs:0.25", { kind: "kwta-abs", gamma: 0.25 }, KWTAAbs],
  ["kwta-k:5", { kind: "kwta-k", k: 5 }, KWTAK],
  ["lwta:3", { kind: "lwta", size: 3 }, LWTA],
  ["max-pool:2", { kind: "max-pool", size: 2 }, MaxPoolGroups],
  ["break-relu:0.5", { kind: "break-relu", height: 0.5 }, BreakReLU],
  ["kwta:0.5,boost=1.5,inference=1.5", { kind: "kwta", gamma: 0.5, boost: 1.5, inference: 1.5 }, KWTABoosted],
  ["kwta-stat:0.25", { kind: "kwta-stat", gamma: 0.25 }, KWTAStat],
  ["batch-top-k:0.25", { kind: "batch-top-k", gamma: 0.25 }, BatchTopK],
  ["stochastic-lwta:3,temperature=0.5", { kind: "stochastic-lwta", size: 3, temperature: 0.5 }, StochasticLWTA],
  ["mean-sparse:0.25", { kind: "mean-sparse", width: 0.25 }, MeanSparse],
  ["statistical-top-k:0.25", { kind: "statistical-top-k", gamma: 0.25 }, StatisticalTopK],
  ["relu", { kind: "relu" }, layers.Layer],
  ["silu", { kind: "silu" }, layers.Layer],
] as const;

test.each(FAMILY)("%s is read, written, built, computed, saved and loaded", async (spec, activation, kind) => {
  expect(parseActivation(spec)).toEqual(activation);
  expect(formatActivation(activation)).toBe(spec);
  const layer = activationLayer(spec, { name: "slot" });
  expect(layer).toBeInstanceOf(kind);
  expect(layer.name).toBe("slot");
  const model = sequential({ layers: [layers.permute({ dims: [2, 1], inputShape: [6, 4] }), layer] });
  const again = await models.modelFromJSON(JSON.parse(model.toJSON() as string) as never);
  tf.tidy(() => {
    const x = tf.tensor3d(
      Float32Array.from({ length: 48 }, (_, i) => Math.sin(i * i)),
      [2, 6, 4],
    );
    const y = model.predict(x) as tf.Tensor;
    expect(y.shape).toEqual([2, ...model.outputShape.slice(1)]);
    const expected = BY_HAND[spec](tf.transpose(x, [0, 2, 1]));
    expect(y.arraySync()).toEqual(expected.arraySync());
    expect((again.predict(x) as tf.Tensor).arraySync()).toEqual(expected.arraySync());
  });
  const { kind: _kind, ...settings } = activation;
  expect(again.layers[1]!.getConfig()).toMatchObject({ name: "slot", ...settings });
});

const BY_HAND: Record<(typeof FAMILY)[number][0], (x: tf.Tensor) => tf.Tensor> = {
  "kwta:0.5": (x) => kwta(x, { gamma: 0.5 }),
  "kwta-channel:0.25": (x) => kwtaChannel(x, { gamma: 0.25 }),
  "kwta-abs:0.25": (x) => kwtaAbs(x, { gamma: 0.25 }),
  "kwta-k:5": (x) => kwta(x, { k: 5 }),
  "lwta:3": (x) => lwta(x, { size: 3 }),
  "max-pool:2": (x) => maxPoolGroups(x, { size: 2 }),
  "break-relu:0.5": (x) => breakRelu(x, { height: 0.5 }),
  // Nobody has trained them.
  "kwta:0.5,boost=1.5,inference=1.5": (x) => kwta(x, { gamma: 0.75 }),
  "kwta-stat:0.25": (x) => kwtaStat(x, { gamma: 0.25 }),
  "batch-top-k:0.25": (x) => batchTopK(x, { threshold: tf.scalar(0) }),
  "stochastic-lwta:3,temperature=0.5": (x) =>
    stochasticLwta(x, { size: 3, key: "slot", ids: Int32Array.of(0, 1), draws: Uint32Array.of(0, 0) }),
  "mean-sparse:0.25": (x) => tf.relu(x),
  "statistical-top-k:0.25": (x) => statisticalTopK(x, { gamma: 0.25 }),
  relu: (x) => tf.relu(x),
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
};

test.each(FAMILY.filter(([, , kind]) => kind.prototype instanceof ChoosableLayer))(
  "the gradient of the layer %s can be chosen",
  (spec) => {
    const layer = activationLayer(spec) as ChoosableLayer;
    tf.tidy(() => {
      const x = tf.tensor3d(
        Float32Array.from({ length: 24 }, (_, i) => Math.sin(i * i)),
        [1, 4, 6],
      );
      const gradient = (): unknown =>
        tf
          .grad((at: tf.Tensor) => layer.apply(at) as tf.Tensor)(x)
          .arraySync();
      expect(layer.withBackward("straight-through", gradient)).toEqual(tf.onesLike(x).arraySync());
      expect(gradient()).not.toEqual(tf.onesLike(x).arraySync());
    });
  },
);

test("a list of specs keeps the settings of each", () => {
  expect(parseActivations("kwta:0.1,boost=1.5,relu,stochastic-lwta:2,temperature=1").map(formatActivation)).toEqual([
    "kwta:0.1,boost=1.5",
    "relu",
    "stochastic-lwta:2,temperature=1",
  ]);
});

test("gamma by channel: one schedule for all layers that have a gamma", () => {
  const net = sequential({
    layers: [
      new KWTAChannel({ gamma: 0.5, inputShape: [10, 3] }),
      new KWTAAbs({ gamma: 0.5 }),
      new KWTA({ gamma: 0.5 }),
    ],
  });
  setGamma(net, 0.2);
  expect(kwtaLayers(net).map(({ gamma }) => gamma)).toEqual([0.2, 0.2, 0.2]);
  // Of 30 values 0.05 would be one, of 10 none.
  expect(() => setGamma(net, 0.05)).toThrow(/gamma 0.05 of 10 values/);
  expect(kwtaLayers(net).map(({ gamma }) => gamma)).toEqual([0.2, 0.2, 0.2]);
});

test.each([
  ["kwta-channel:0.2", [1, 1, 64], /"slot": gamma 0.2 of 1 values/],
  ["kwta-k:9", [8], /"slot": k is 9; .* from 1 to 8/],
  ["lwta:2", [4, 5], /"slot": 5 channels do not split into groups of 2/],
  ["max-pool:3", [4, 5], /"slot": 5 channels do not split into groups of 3/],
])("%s on %j is refused when the model is built", (spec, inputShape, message) => {
  const first = layers.reLU({ inputShape });
  expect(() => sequential({ layers: [first, activationLayer(spec, { name: "slot" })] })).toThrow(message);
});

test.each([
  ["kwta", /Write it as kwta:GAMMA/],
  ["kwta:", /Write it as kwta:GAMMA/],
  ["kwta:0x1", /Write it as kwta:GAMMA/],
  ["kwta:10", /gamma is 10; .*Use 0.1 for one value in ten/],
  ["relu:1", /Write it as relu/],
  ["kwta-channel:1", /gamma is 1;/],
  ["kwta-k:0.5", /k is 0.5; it must be a whole number of at least 1/],
  ["lwta:1", /group size is 1; .* at least 2/],
  ["max-pool:2.5", /group size is 2.5/],
  ["break-relu:-1", /height of the jump is -1/],
  ["kwta:0.1,boost=x", /Write it as kwta:GAMMA\[,boost/],
  ["kwta:0.1,boots=1", /Write it as kwta:GAMMA\[,boost/],
  ["kwta:0.1,boost=-1", /boost of k-WTA is -1/],
  ["kwta:0.5,inference=2", /gamma 0.5 by 2 outside of training/],
  ["kwta:0.5,period=0", /period of duty cycles is 0/],
  ["kwta-stat:2", /gamma is 2/],
  ["batch-top-k", /Write it as batch-top-k:GAMMA/],
  ["mean-sparse:0", /width of MeanSparse is 0/],
  ["stochastic-lwta:2,temperature=-1", /temperature is -1/],
  ["break-relu", /Write it as break-relu:HEIGHT/],
  ["gelu", /Unknown activation "gelu". Known: kwta:GAMMA\[.*, relu, silu\./],
  ["toString", /Unknown activation/],
  ["", /Unknown activation ""/],
])("activation %j is refused", (spec, message) => {
  expect(() => parseActivation(spec)).toThrow(message);
});
