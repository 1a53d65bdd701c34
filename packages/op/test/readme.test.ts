import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { activationLayer, KWTA, parseActivation } from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the README prints what its six lines print", () => {
  const model = sequential();
  model.add(layers.dense({ units: 6, inputShape: [6], kernelInitializer: "identity" }));
  model.add(new KWTA({ gamma: 0.5 }));
  tf.tidy(() => {
    const y = model.predict(tf.tensor2d([[0.8, -0.2, -0.4, 1.7, 1.1, 0.9]])) as tf.Tensor;
    expect(readme).toContain(`\`\`\`text\n${y.toString()}\n\`\`\``);
  });
});

test("the README's table lists every activation that can be read, and the layer that it becomes", () => {
  const rows = [...readme.matchAll(/^\| `([^`]+)` +\| (?:`|TensorFlow.js's own `)(\w+)/gm)];
  const listed = rows.map(([, spec, name]) => [parseActivation(spec!).kind, name]);
  expect(rows.map(([, spec]) => activationLayer(spec!).getClassName())).toEqual(listed.map(([, name]) => name));
  const known = listed.map(([kind]) => new RegExp(`\\b${kind}\\b`));
  for (const name of known) expect(() => parseActivation("?")).toThrow(name);
  expect(() => parseActivation("?")).toThrow(new RegExp(`Known: ([^,]+, ){${listed.length - 1}}[^,]+$`));
});
