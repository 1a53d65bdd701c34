// @ts-check
import { existsSync } from "node:fs";
import { join } from "node:path";
import { asClassifier } from "@kwta/attacks";
import { decodeSafetensors, InputError, readInput } from "@kwta/core";
import { loadDataset, toTensors } from "@kwta/datasets";
import { createModel, loadStateDict } from "@kwta/models";
/** @import { Classifier } from "@kwta/attacks" */
/** @import { LayersModel } from "@tensorflow/tfjs-layers" */

/** Reference weights, of an adversarially trained net and of one with k-WTA. */
export const NETS = ["r18w16-adv-relu", "r18w16-kwta0.1"];

/** The same, and one that was trained without attacks. */
export const ALL_NETS = [...NETS, "r18w16-relu"];

/** @typedef {{ net: string, images: number, data: string, references: string }} Reference a net, and how many images */

/**
 * Where data and weights lie.
 *
 * @param {readonly string[]} [nets] whose weights are needed
 * @returns {Pick<Reference, "data" | "references">}
 * @throws {InputError} when that was not said
 */
export function referenceFolders(nets = NETS) {
  const [data = "", references = ""] = ["KWTA_DATA_DIR", "KWTA_REFERENCE_DIR"].map((name) => process.env[name]);
  if (
    !existsSync(join(data, "cifar-10-batches-bin")) ||
    !nets.every((net) => existsSync(join(references, `${net}.safetensors`)))
  ) {
    throw new InputError(
      "Set KWTA_DATA_DIR to the folder that holds cifar-10-batches-bin, and KWTA_REFERENCE_DIR to the one with " +
        `the weights ${nets.join(".safetensors and ")}.safetensors.`,
    );
  }
  return { data, references };
}

/**
 * A net of the reference weights, and the first test images.
 *
 * @param {Reference} reference
 * @param {(model: LayersModel) => { classifier: Classifier, dispose(): void }} [classifierOf] how attacks see the net
 */
export async function openReference({ net, images, data, references }, classifierOf = asItStands) {
  const activation = net.includes("kwta") ? "kwta:0.1" : "relu";
  const model = createModel(`resnet18-w16@${activation}`, { inputShape: [32, 32, 3], numClasses: 10 });
  const path = join(references, `${net}.safetensors`);
  loadStateDict(model, decodeSafetensors(await readInput(path), path).tensors);
  const { test } = await loadDataset("cifar10", { dataDir: data });
  const samples = toTensors(test, { start: 0, end: images });
  const { classifier, dispose } = classifierOf(model);
  return {
    classifier,
    samples,
    dispose() {
      samples.x.dispose();
      dispose();
      model.dispose();
    },
  };
}

/** @param {LayersModel} model */
function asItStands(model) {
  return { classifier: asClassifier(model), dispose() {} };
}
