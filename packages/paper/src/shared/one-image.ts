import { asClassifier, predict } from "@kwta/attacks";
import { InputError } from "@kwta/core";
import { toTensors, type Split } from "@kwta/datasets";
import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { FigureTools } from "../contract/recipe.ts";
import type { NetSettings } from "./nets.ts";

/** One image with its class, [1, height, width, channels]. */
export interface OneImage {
  readonly x: tf.Tensor4D;
  readonly label: number;
  /** Its number in the data set. */
  readonly id: number;
}

/**
 * The positions of the images that a figure looks at, by a rule that leaves nothing to choose: the first of the test images
 * that all of its nets classify correctly; where these are too few, then the first that all but one do, and so on.
 */
export async function chooseImages(
  figure: string,
  nets: readonly NetSettings[],
  count: number,
  tools: FigureTools,
): Promise<readonly number[]> {
  const searched = Math.max(SEARCHED, 5 * count);
  return tools.keep(`${figure}-images`, nets, { count, most: searched }, 0.05, async () => {
    const hits = new Map<number, number>();
    for (const net of nets) {
      const { test } = await tools.dataset(net);
      for (const position of await tools.withNet(net, (model) => correct(model, test, searched))) {
        hits.set(position, (hits.get(position) ?? 0) + 1);
      }
    }
    if (hits.size === 0) {
      throw new InputError(
        `No net of ${figure} classifies any of the first ${searched} test images correctly. Train longer, or on more images.`,
      );
    }
    const ranked = [...hits].sort(([a, m], [b, n]) => n - m || a - b).map(([position]) => position);
    return ranked.slice(0, count);
  });
}

/** The caller disposes `x`. */
export async function takeImage(net: NetSettings, position: number, tools: FigureTools): Promise<OneImage> {
  const { test } = await tools.dataset(net);
  const { x, labels, ids } = toTensors(test, [position]);
  return { x, label: labels[0]!, id: ids[0]! };
}

/** Several images with their classes and numbers. */
export interface Images {
  /** [n, height, width, channels]. */
  readonly x: tf.Tensor4D;
  readonly labels: Int32Array;
  readonly ids: Int32Array;
}

/** Several of them. The caller disposes `x`. */
export async function takeImages(net: NetSettings, positions: readonly number[], tools: FigureTools): Promise<Images> {
  const { test } = await tools.dataset(net);
  return toTensors(test, [...positions]);
}

/** Test images that are looked at, at least. */
const SEARCHED = 200;

async function correct(model: LayersModel, test: Split, most: number): Promise<number[]> {
  const samples = toTensors(test, { start: 0, end: Math.min(most, test.size) });
  const { correct: flags } = await predict(asClassifier(model), samples).finally(() => samples.x.dispose());
  return [...flags.keys()].filter((position) => flags[position] === 1);
}
