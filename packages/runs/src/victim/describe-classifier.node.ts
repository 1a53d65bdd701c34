import { predict, type Access } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { VICTIM_KINDS } from "./kinds/index.node.ts";
import { onnx } from "./kinds/onnx.node.ts";
import type { VictimImages, VictimSettings } from "./victim-settings.ts";

/** What a model says of itself that shows no layers. */
export interface ClassifierDescription {
  /** For people: `"an ONNX file"`. */
  readonly kind: string;
  readonly input: readonly number[];
  readonly classes: number;
  /** What attacks see of it. */
  readonly access: Access;
  /** The class that it gives a grey image. */
  readonly grey: number;
}

/**
 * Opens a model and asks it about one grey image.
 *
 * @param images what it is said to take; an ONNX file says it itself
 * @throws InputError for a model that cannot be opened, or does not answer
 */
export async function describeClassifier(
  settings: VictimSettings,
  images: VictimImages,
): Promise<ClassifierDescription> {
  const kind = VICTIM_KINDS.find(({ name }) => name === settings.kind)!;
  const victim = kind === onnx ? await onnx.open(settings) : await kind.open(settings, images);
  const { inputShape: input, numClasses: classes, access = "gradient", bounds } = victim.classifier;
  const shape = [1, ...input];
  const x = tf.tensor(new Float32Array(tf.util.sizeFromShape(shape)).fill((bounds.min + bounds.max) / 2), shape);
  try {
    const { predicted } = await predict(victim.classifier, { x, labels: Int32Array.of(0) });
    return { kind: kind.called, input, classes, access, grey: predicted[0]! };
  } finally {
    x.dispose();
    await victim.dispose();
  }
}
