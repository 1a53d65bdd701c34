import { asClassifier, pgd } from "@kwta/attacks";
import { startBackend } from "@kwta/backend";
import { wasm } from "@kwta/backend-wasm";
import { toTensors } from "@kwta/datasets";
import { quick, withAttacks } from "@kwta/evaluation";
import { createModel } from "@kwta/models";
import { kwtaKernels } from "@kwta/op/kernels";
import { evaluateIntoFolder, openDataset } from "../src/index.node.ts";

// Evaluates a small net into the folder that the argument names, and prints a line for each step that it makes.
const backend = await startBackend([wasm({ threads: 1 })], { kernels: [kwtaKernels] });
const { test: images } = await openDataset({ name: "glyphs28", subset: 20, testSize: 20 });
const model = createModel("small-cnn-w4@kwta:0.2", { inputShape: images.shape, numClasses: 10, seed: 0 });
const protocol = withAttacks(quick({ steps: 4, temperatures: [0.1, 0.2], estimateSamples: 0 }), [
  { id: "again", attack: pgd({ steps: 3 }), on: "survivors", start: "best", rounds: 3 },
]);
await evaluateIntoFolder(process.argv[2]!, asClassifier(model), toTensors(images, { start: 0, end: images.size }), {
  backend,
  protocol,
  threat: { norm: "linf", eps: [0.01, 0.03] },
  batchSize: 8,
  keepImages: 2,
  snapshotEveryMs: 0,
  probes: 0,
  onProgress: () => void process.stdout.write("."),
});
