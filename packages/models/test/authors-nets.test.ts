import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { createModel, resnet } from "../src/index.ts";
import { expectFormulaNet, parameterCount, shapeOf, type Expected } from "./formula-net.ts";
import { startWasm } from "./start-wasm.ts";

interface Fixture {
  readonly networks: Record<string, Expected>;
  readonly parameters: Record<string, number>;
}

// Made with the authors' PyTorch classes, by the formula of the reference folder, for what its architectures.json lacks.
const path = new URL("fixtures/authors-nets.json", import.meta.url);
const { networks, parameters } = JSON.parse(readFileSync(path, "utf8")) as Fixture;
// All of them take a minute and some GB.
const largest = process.env["KWTA_REFERENCE_DIR"] ? Infinity : 6e6;
const left = largest === Infinity ? "" : " (the large ones skipped: set KWTA_REFERENCE_DIR)";

beforeAll(() => startWasm());

test.each(Object.entries(networks).filter(([id, net]) => id.includes("@") && net.parameters < largest))(
  `%s equals the authors' PyTorch code${left}`,
  (id, expected) => {
    const model = createModel(id, { inputShape: shapeOf(expected), numClasses: expected.logits[0]!.length });
    expectFormulaNet(model, expected);
    model.dispose();
  },
);

const IMAGENET = [
  ["imagenet basic 1,1,1,1 kwta:0.1", { stem: "imagenet", block: "basic" }],
  ["imagenet-3x3 bottleneck 1,1,1,1 kwta:0.1", { stem: "imagenet-3x3", block: "bottleneck" }],
] as const;
test.each(IMAGENET.filter(([name]) => networks[name]!.parameters < largest))(
  `a ResNet for larger images, %s, equals the authors' blocks${left}`,
  (name, settings) => {
    const expected = networks[name]!;
    const shape = { inputShape: shapeOf(expected), numClasses: 10 };
    const model = resnet({ ...shape, activation: "kwta:0.1", blocks: [1, 1, 1, 1], ...settings });
    expectFormulaNet(model, expected);
    model.dispose();
  },
);

test(`parameter counts are those of the authors' classes${left}`, () => {
  for (const [name, count] of Object.entries(parameters).filter((entry) => entry[1] < largest)) {
    const inputShape = /mnist|lenet/.test(name) ? ([28, 28, 1] as const) : ([32, 32, 3] as const);
    const model = createModel(`${name}@kwta:0.1`, { inputShape, numClasses: 10 });
    expect([name, parameterCount(model)]).toEqual([name, count]);
    model.dispose();
  }
}, 300_000);
