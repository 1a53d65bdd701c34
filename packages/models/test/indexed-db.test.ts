import "@tensorflow/tfjs-backend-cpu";
import { kwtaLayers, setGamma } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { loadLayersModel, type LayersModel } from "@tensorflow/tfjs-layers";
import { IDBFactory } from "fake-indexeddb";
import { expect, test, vi } from "vitest";
import { createModel } from "../src/index.ts";

test("a browser keeps a model in IndexedDB: TensorFlow.js's own save and load", async () => {
  await tf.setBackend("cpu");
  // All that TensorFlow.js looks for in a browser before it uses its database.
  vi.stubGlobal("window", { indexedDB: new IDBFactory() });
  tf.env().set("IS_BROWSER", true);
  try {
    const model = createModel("small-cnn-w2@kwta:0.2", { inputShape: [8, 8, 1], numClasses: 3, seed: 5 });
    setGamma(model, 0.35);
    await model.save("indexeddb://net");
    const again = await loadLayersModel("indexeddb://net");
    expect(predict(again)).toEqual(predict(model));
    expect(new Set(kwtaLayers(again).map(({ gamma }) => gamma))).toEqual(new Set([0.35]));
    model.dispose();
    again.dispose();
  } finally {
    tf.env().set("IS_BROWSER", false);
    vi.unstubAllGlobals();
  }
});

function predict(model: LayersModel): number[] {
  return tf.tidy(() => [
    ...(model.predict(tf.sin(tf.reshape(tf.range(0, 128), [2, 8, 8, 1]))) as tf.Tensor).dataSync(),
  ]);
}
