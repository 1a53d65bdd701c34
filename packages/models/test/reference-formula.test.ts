import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { stateEntries } from "../src/weights/state-entries.ts";
import { createModel } from "../src/index.ts";
import { expectFormulaNet, shapeOf, type Expected } from "./formula-net.ts";
import { startWasm } from "./start-wasm.ts";

// Numbers of the authors' PyTorch code for full-size networks with weights by formula, a batch of 2.
const all = join(process.env["KWTA_REFERENCE_DIR"] ?? "", "architectures.json");
const found = existsSync(all);
const own = new URL("fixtures/resnet18-formula.json", import.meta.url);
const EXPECTED = JSON.parse(readFileSync(found ? all : own, "utf8")) as Record<
  string,
  Expected & { readonly tensors?: Record<string, number[]> }
>;

beforeAll(() => startWasm());

test.each(Object.entries(EXPECTED))(
  "%s equals the authors' PyTorch code",
  (name, expected) => {
    const id = name.replace("/", "@").replace("mnist-cnn", "mnist-cnn-h128");
    const model = createModel(id, { inputShape: shapeOf(expected), numClasses: 10 });
    if (expected.tensors) {
      const shapes = stateEntries(model).map((entry): [string, unknown] => [entry.name, entry.shape]);
      expect(Object.fromEntries(shapes)).toEqual(Object.fromEntries(Object.entries(expected.tensors)));
    }
    expectFormulaNet(model, expected);
    model.dispose();
  },
  120_000,
);

test.skipIf(found)("the other networks (skipped: set KWTA_REFERENCE_DIR to the folder of reference values)", () => {});
