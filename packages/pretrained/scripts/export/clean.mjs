import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "@kwta/core";
import { toTensors } from "@kwta/datasets";
import { rate } from "@kwta/evaluation";

const BATCH = 500;
/** Share of the test images by which the accuracy may move, either way, whatever the reason. */
const MOST_CHANGE = 0.001;

/** The class of each image. */
export async function classesOf(model, split) {
  const classes = new Int32Array(split.size);
  for (let start = 0; start < split.size; start += BATCH) {
    const { x } = toTensors(split, { start, end: Math.min(start + BATCH, split.size) });
    const found = tf.tidy(() => tf.argMax(model.predict(x), -1));
    classes.set(await found.data(), start);
    tf.dispose([x, found]);
  }
  return classes;
}

/**
 * What half precision does to the accuracy.
 *
 * @throws {InputError} when it changes it
 */
export async function cleanOf(before, after, { labels, size }) {
  const correct = (classes) => labels.reduce((count, label, i) => count + (classes[i] === label ? 1 : 0), 0);
  const changed = after.reduce((count, each, i) => count + (each === before[i] ? 0 : 1), 0);
  const [correctBefore, count] = [correct(before), correct(after)];
  // Rounding moves images of a k-WTA net to other classes, where winners are near each other. Chance explains up to two
  // standard deviations of as many coin flips.
  if (Math.abs(count - correctBefore) > Math.max(MOST_CHANGE * size, 2 * Math.sqrt(changed))) {
    throw new InputError(
      `Half precision changes the accuracy: ${count} of ${size} are right, and ${correctBefore} before.`,
    );
  }
  return { accuracy: rate(count, size), correctBefore, changed };
}
