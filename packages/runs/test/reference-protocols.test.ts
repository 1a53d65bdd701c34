import { asClassifier, type Norm } from "@kwta/attacks";
import { decodeSafetensors, readInput } from "@kwta/core";
import { loadDataset, toTensors } from "@kwta/datasets";
import { adaptiveProtocol, evaluate, standard, withoutAttacks, type Evaluation, type Protocol } from "@kwta/evaluation";
import { createModel, loadStateDict } from "@kwta/models";
import * as tf from "@tensorflow/tfjs-core";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { start } from "./backend.ts";

const references = process.env["KWTA_REFERENCE_DIR"] ?? "";
const dataDir = process.env["KWTA_DATA_DIR"] ?? "";
const reason = !existsSync(join(references, "r18w16-adv-relu.safetensors"))
  ? " (skipped: set KWTA_REFERENCE_DIR to the folder of reference values)"
  : !existsSync(join(dataDir, "cifar-10-batches-bin"))
    ? " (skipped: set KWTA_DATA_DIR to the folder that holds cifar-10-batches-bin)"
    : "";

/** Runs a protocol on some images of the CIFAR-10 test set. */
async function run(net: string, spec: string, images: readonly number[], protocol: Protocol, eps: string) {
  const weights = decodeSafetensors(await readInput(join(references, `${net}.safetensors`)));
  const model = createModel(spec, { inputShape: [32, 32, 3], numClasses: 10 });
  loadStateDict(model, weights.tensors);
  const { test: split } = await loadDataset("cifar10", { dataDir });
  const first = toTensors(split, { start: 0, end: Math.max(...images) + 1 });
  const x = tf.gather(first.x, [...images]);
  const labels = Int32Array.from(images, (row) => first.labels[row]!);
  const threat = { norm: "linf" as Norm, eps };
  try {
    return await evaluate(asClassifier(model), { x, labels, ids: Int32Array.from(images) }, { protocol, threat });
  } finally {
    for (const tensor of [x, first.x]) tensor.dispose();
    model.dispose();
  }
}

/** The images that stand. */
function standing({ samples, robust }: Evaluation): number[] {
  const broken = new Set(robust[0]!.broken);
  return samples.ids.filter((_, position) => !broken.has(position));
}

describe.skipIf(reason !== "")(`protocols beside AutoAttack 0.2.0 of PyPI, version standard, seed 0${reason}`, () => {
  beforeAll(async () => {
    await start("auto");
  }, 60_000);

  test("standard breaks every image of the first 60 that AutoAttack breaks", async () => {
    // Classified correctly, and broken by AutoAttack at 8/255.
    const theirs = [2, 10, 13, 19, 23, 25, 31, 33, 36, 40, 42, 51, 52, 53, 54, 59];
    const ours = await run("r18w16-adv-relu", "resnet18-w16@relu", theirs, standard(), "8/255");
    expect(ours.clean.count).toBe(theirs.length);
    expect(standing(ours)).toEqual([]);
  }, 300_000);

  test("adaptive breaks images of a k-WTA net that AutoAttack leaves, at less than its gradients", async () => {
    // All of the first 40 that either AutoAttack or our standard leaves at 2/255.
    const left = [7, 26, 28, 33];
    const gate = withoutAttacks(adaptiveProtocol, [
      "gate-malt",
      "gate-eot",
      "gate-again",
      "square",
      "gradient-estimate",
    ]);
    const ours = await run("r18w16-kwta0.1", "resnet18-w16@kwta:0.1", left, gate, "2/255");
    expect(ours.clean.count).toBe(left.length);
    const shown = ours.attacks.find(({ id }) => id === "apgd-ce")!.at[0]!;
    // The exact gradient shows nothing at these; the gate does.
    expect(shown.broke.length).toBeLessThanOrEqual(1);
    expect(standing(ours).length).toBeLessThanOrEqual(2);
    // APGD-CE, APGD-T and FAB-T cost 1,900 gradients of an image that stands.
    expect(ours.totals.gradients).toBeLessThan(left.length * 1900);
  }, 300_000);
});
