import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Classifier } from "../contract/classifier.ts";
import { readBack } from "./verdict.ts";

/** The ids, checked, or 0, 1, .... */
export function checkIds(ids: Int32Array | undefined, n: number): Int32Array {
  if (ids === undefined) return Int32Array.from({ length: n }, (_, i) => i);
  if (ids.length !== n) throw new InputError(`There are ${ids.length} ids for ${n} images. Give one per image.`);
  if (new Set(ids).size !== n) throw new InputError("Some ids occur twice. Each image needs an id of its own.");
  return Int32Array.from(ids);
}

/** Classes of samples, checked; a copy that nobody else can change. */
export function checkClasses(name: string, classes: Int32Array, n: number, numClasses: number): Int32Array {
  if (!(classes instanceof Int32Array)) throw new InputError(`The ${name} are ${show(classes)}. Give an Int32Array.`);
  if (classes.length !== n)
    throw new InputError(`There are ${classes.length} ${name} for ${n} images. Give one per image.`);
  const wrong = classes.findIndex((each) => each < 0 || each >= numClasses);
  if (wrong >= 0) {
    throw new InputError(`${name}[${wrong}] is ${classes[wrong]}, but the classes are 0 to ${numClasses - 1}.`);
  }
  return Int32Array.from(classes);
}

/** Checks shape, type, range and finiteness of the images, a batch at a time. */
export async function checkImages(
  what: string,
  x: tf.Tensor,
  { inputShape, bounds }: Classifier,
  batchSize: number,
): Promise<void> {
  if (x.dtype !== "float32") throw new InputError(`The ${what} are ${x.dtype}. Convert them to float32.`);
  if (show(x.shape.slice(1)) !== show(inputShape)) {
    throw new InputError(
      `The ${what} have shape ${show(x.shape.slice(1))}, but the classifier takes ${show(inputShape)}. ` +
        "Use the data set that the model was made for, or reshape the images.",
    );
  }
  for (let start = 0; start < x.shape[0]!; start += batchSize) {
    const [low, high, poison] = await readBack(() => {
      const part = tf.slice(x, start, Math.min(batchSize, x.shape[0]! - start));
      // 0 times NaN or infinity is NaN, whatever min and max make of them.
      return tf.stack([tf.min(part), tf.max(part), tf.sum(tf.mul(part, 0))]);
    });
    if (Number.isNaN(poison)) throw new InputError(`The ${what} hold NaN or infinite values. Clean the data first.`);
    if (low! < bounds.min || high! > bounds.max) {
      throw new InputError(
        `The images range from ${low} to ${high}, outside the data range [${bounds.min}, ${bounds.max}] of the classifier. ` +
          "Scale them, and put any normalisation into the model.",
      );
    }
  }
}
