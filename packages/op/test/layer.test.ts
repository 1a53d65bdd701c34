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
import { activationLayer, formatActivation, KWTA, kwtaLayers, parseActivation, setGamma } from "../src/index.ts";

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

test("activation specs are read and written in one grammar", () => {
  expect(parseActivation("kwta:0.1")).toEqual({ kind: "kwta", gamma: 0.1 });
  expect(parseActivation("relu")).toEqual({ kind: "relu" });
  for (const spec of ["relu", "kwta:0.1", "kwta:0.025"]) expect(formatActivation(parseActivation(spec))).toBe(spec);
  expect(activationLayer("relu").getClassName()).toBe("ReLU");
});

test.each([
  ["kwta", /Write it as kwta:GAMMA/],
  ["kwta:", /Write it as kwta:GAMMA/],
  ["kwta:0x1", /Write it as kwta:GAMMA/],
  ["kwta:10", /gamma is 10; .*Use 0.1 for one value in ten/],
  ["relu:1", /Write it as relu/],
  ["gelu", /Unknown activation "gelu". Known: kwta:GAMMA .*, relu\./],
  ["toString", /Unknown activation/],
  ["", /Unknown activation ""/],
])("activation %j is refused", (spec, message) => {
  expect(() => parseActivation(spec)).toThrow(message);
});
