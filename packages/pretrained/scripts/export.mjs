// Makes a net of this package from a folder of kwta train: weights in half precision, the card, and the list of nets.
//
//   node packages/pretrained/scripts/export.mjs RUN --source "where the images came from" [--gamma 0.1]
//
// It writes the weights when all test images are classified as well as before. Afterwards: kwta evaluate pretrained:NAME, as often
// as there are protocols, and evaluations.mjs, which puts the numbers into the card. It needs the images: KWTA_DATA_DIR.
import { readdir, rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startBackend } from "@kwta/backend";
import { tensorflow } from "@kwta/backend-tensorflow";
import { wasm } from "@kwta/backend-wasm";
import {
  decodeSafetensors,
  encodeSafetensors,
  InputError,
  readInput,
  readJson,
  sha256,
  writeFileAtomic,
} from "@kwta/core";
import { loadDataset } from "@kwta/datasets";
import { createModel, loadModel, loadStateDict, readStateDict } from "@kwta/models";
import { kwtaKernels } from "@kwta/op/kernels";
import { setWeights } from "@kwta/training";
import { cleanOf, classesOf } from "./export/clean.mjs";
import { fileName, netName, modelIdOf } from "./export/names.mjs";
import { listSource, netSource } from "./export/source.mjs";
import { trainingOf } from "./export/training.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { gamma: { type: "string" }, source: { type: "string" } },
  });
  const [run] = positionals;
  const { source } = values;
  if (run === undefined || source === undefined) {
    throw new InputError("Write export.mjs RUN --source TEXT: the folder of a run, and where its images came from.");
  }
  await startBackend([tensorflow(), wasm()], { threads: 1, kernels: [kwtaKernels] });
  const gamma = values.gamma === undefined ? undefined : Number(values.gamma);
  const { settings, images, computedBy } = await readJson(join(run, "run.json"));
  const name = netName(settings, gamma);
  const dataset = await loadDataset(settings.dataset.name, { trainSize: settings.dataset.subset });
  const trained = await trainedModel(run, settings, gamma, dataset);
  const bytes = encodeSafetensors({ tensors: readStateDict(trained), metadata: { format: "pt" } }, { floats: "F16" });
  const weights = { file: `${fileName(name)}.safetensors`, bytes: bytes.length, sha256: await sha256(bytes) };
  const clean = await cleanOf(
    await classesOf(trained, dataset.test),
    await halfClasses(bytes, settings, gamma, dataset),
    dataset.test,
  );
  await writeFileAtomic(join(root, "weights", weights.file), bytes);
  const card = {
    name,
    model: modelIdOf(settings, gamma),
    inputShape: dataset.shape,
    classNames: dataset.classNames,
    dataset: {
      name: settings.dataset.name,
      trainImages: dataset.train.size,
      testImages: dataset.test.size,
      source,
      digest: images,
    },
    training: await trainingOf(run, settings, computedBy, gamma),
    weights,
    clean,
    evaluations: [],
  };
  await writeFileAtomic(join(root, "src", "nets", `${fileName(name)}.ts`), netSource(fileName(name), card));
  await writeList();
  const { value, count, n } = clean.accuracy;
  process.stdout.write(
    `${name}: clean ${(100 * value).toFixed(2)} % (${count} of ${n}; ${clean.correctBefore} before, ${clean.changed} changed), ` +
      `${weights.bytes} bytes\n`,
  );
}

/** The model at the end of a run, or at the end of its time at a sparsity ratio. */
async function trainedModel(run, settings, gamma, { shape, classNames }) {
  if (gamma === undefined) return loadModel(join(run, "model"));
  const model = createModel(modelIdOf(settings, gamma), { inputShape: shape, numClasses: classNames.length });
  const file = join(run, "checkpoints", `gamma-${gamma}.safetensors`);
  setWeights(model, decodeSafetensors(await readInput(file), file).tensors, file);
  return model;
}

/** What the net says that people will load. */
async function halfClasses(bytes, settings, gamma, { shape, classNames, test }) {
  const model = createModel(modelIdOf(settings, gamma), { inputShape: shape, numClasses: classNames.length });
  loadStateDict(model, decodeSafetensors(bytes).tensors);
  return classesOf(model, test);
}

/** The list of all nets that there are; weights that belong to none are removed. */
async function writeList() {
  const names = (await readdir(join(root, "src", "nets"))).filter((name) => name !== "index.ts");
  const nets = names.map((name) => name.replace(/\.ts$/, "")).sort();
  await writeFileAtomic(join(root, "src", "nets", "index.ts"), listSource(nets));
  for (const file of await readdir(join(root, "weights"))) {
    if (!nets.includes(file.replace(/\.safetensors$/, ""))) await rm(join(root, "weights", file));
  }
}

try {
  await main();
  process.exit();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
