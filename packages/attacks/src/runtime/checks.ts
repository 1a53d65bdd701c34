import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Classifier } from "../contract/classifier.ts";
import type { CheckedSamples, Samples } from "../contract/samples.ts";
import { readBack } from "./read-back.ts";

/**
 * Labels of a classifier's classes, and ids, one for each image.
 *
 * @throws InputError when they are not
 */
export function checkSamples({ x, labels, ids }: Samples, { numClasses }: Classifier): CheckedSamples {
  const n = x.shape[0]!;
  return { x, labels: checkClasses("labels", labels, n, numClasses), ids: checkIds(ids, n) };
}

/** The ids, checked, or 0, 1, .... */
function checkIds(given: ArrayLike<number> | undefined, n: number): Int32Array {
  if (given === undefined) return Int32Array.from({ length: n }, (_, i) => i);
  const ids = wholeNumbers("ids", given, n);
  if (new Set(ids).size !== n) throw new InputError("Some ids occur twice. Each image needs an id of its own.");
  return ids;
}

/** Classes of samples, checked; a copy that nobody else can change. */
export function checkClasses(name: string, given: ArrayLike<number>, n: number, numClasses: number): Int32Array {
  const classes = wholeNumbers(name, given, n);
  const wrong = classes.findIndex((each) => each < 0 || each >= numClasses);
  if (wrong >= 0) {
    throw new InputError(`${name}[${wrong}] is ${classes[wrong]}, but the classes are 0 to ${numClasses - 1}.`);
  }
  return classes;
}

/** A copy of one number for each image. */
function wholeNumbers(name: string, given: ArrayLike<number>, n: number): Int32Array {
  // JavaScript programs may give anything, such as a tensor.
  if (typeof given !== "object" || typeof (given as Partial<ArrayLike<number>> | null)?.length !== "number") {
    throw new InputError(`The ${name} are ${show(given)}. Give an array of whole numbers, one per image.`);
  }
  if (given.length !== n)
    throw new InputError(`There are ${given.length} ${name} for ${n} images. Give one per image.`);
  const numbers = Int32Array.from(given);
  const odd = numbers.findIndex((each, i) => each !== given[i]);
  if (odd < 0) return numbers;
  throw new InputError(`${name}[${odd}] is ${show(given[odd])}. Give an array of whole numbers, one per image.`);
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
          "Scale them, or name their bounds, mean and std: asClassifier(model, { bounds, mean, std }).",
      );
    }
  }
}
