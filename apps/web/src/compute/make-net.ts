import { asClassifier, type Classifier } from "@kwta/attacks";
import { InputError, openSafetensors, show } from "@kwta/core";
import { importWeights, openCheckpoint, type Checkpoint } from "@kwta/models";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { SIDE } from "./side.ts";

/** A net that can be attacked. */
export interface Net {
  /** Its model id. */
  readonly id: string;
  readonly model: LayersModel;
  readonly classifier: Classifier;
}

/**
 * A small-cnn of the width that the file says, with the file's weights.
 *
 * @param activation what stands in its activation slots, where the file does not say: `kwta models export` writes it there
 * @throws InputError that says why the file does not fit
 */
export function makeNet(file: Uint8Array, source: string, activation: string): Net {
  const checkpoint = openCheckpoint(file, source);
  const tensors = checkpoint.dicts.flatMap((dict) => [...dict.tensors]);
  const width = tensors.find(([name]) => /(^|\.)conv1\.weight$/.test(name))?.[1].shape[0];
  if (width === undefined) {
    const names = tensors.slice(0, 3).map(([name]) => name.slice(0, 80));
    throw new InputError(
      `${source} holds no small-cnn: it has no tensor "conv1.weight", but ${tensors.length} others (${names.join(", ")}, ...). ` +
        "Train one with kwta train --model small-cnn@kwta:0.1 and write it with kwta models export.",
    );
  }
  if (!(width >= 1 && width <= MOST_WIDTH)) {
    throw new InputError(
      `${source} has ${show(width)} channels in its first layer; this page takes 1 to ${MOST_WIDTH}.`,
    );
  }
  const id = `small-cnn-w${width}@${activationIn(file, checkpoint) ?? activation}`;
  const { model } = importWeights(id, checkpoint, { inputShape: [SIDE, SIDE, 1], numClasses: 10 });
  return { id, model, classifier: asClassifier(model) };
}

/** As `kwta models export` writes it. */
function activationIn(file: Uint8Array, { format, source }: Checkpoint): string | undefined {
  return format === "safetensors" ? openSafetensors(file, source).metadata["activation"] : undefined;
}

const MOST_WIDTH = 64;
