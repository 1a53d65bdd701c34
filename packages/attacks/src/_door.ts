import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { readBack } from "./_classify.ts";
import { checkPlugin, type AttackPlugin } from "./attack.ts";
import type { Classifier } from "./classifier.ts";
import type { Goal } from "./goal.ts";
import type { AttackData, RunAttackOptions } from "./run-attack.ts";
import { threatModel, type ThreatModel } from "./threat-model.ts";

/** Checks the attack against what it is asked to do. */
export function checkThreat(plugin: AttackPlugin, classifier: Classifier, options: RunAttackOptions): ThreatModel {
  checkPlugin(plugin);
  const { bounds } = classifier;
  const threat = threatModel({ ...options.threat, bounds: options.threat.bounds ?? bounds });
  if (threat.bounds.min !== bounds.min || threat.bounds.max !== bounds.max) {
    throw new InputError(
      `The threat model's data range is ${show(threat.bounds)}, the classifier's is ${show(bounds)}. Make them equal.`,
    );
  }
  if (!plugin.norms.includes(threat.norm)) {
    throw new InputError(`The attack ${plugin.id} works in ${plugin.norms.join(", ")}, not in ${threat.norm}.`);
  }
  return threat;
}

/** Checks labels and targets, and makes the goal. */
export function checkGoal(
  plugin: AttackPlugin,
  { numClasses }: Classifier,
  data: AttackData,
  options: RunAttackOptions,
): Goal {
  const n = data.x.shape[0]!;
  const { labels } = data;
  const { targets } = options;
  checkClasses("labels", labels, n, numClasses);
  const kind = targets === undefined ? "untargeted" : "targeted";
  if (!plugin.goals.includes(kind)) throw new InputError(`The attack ${plugin.id} cannot be ${kind}.`);
  if (targets === undefined) return { kind: "untargeted", labels };
  checkClasses("targets", targets, n, numClasses);
  const same = targets.findIndex((target, row) => target === labels[row]);
  if (same >= 0) {
    throw new InputError(`The target of sample ${same} is its true class ${targets[same]}. Choose another class.`);
  }
  return { kind: "targeted", labels, targets };
}

/** Checks the ids, or makes them: 0, 1, .... */
export function checkIds(ids: Int32Array | undefined, n: number): Int32Array {
  if (ids === undefined) return Int32Array.from({ length: n }, (_, i) => i);
  if (ids.length !== n) throw new InputError(`There are ${ids.length} ids for ${n} images. Give one per image.`);
  if (new Set(ids).size !== n) throw new InputError("Some ids occur twice. Each image needs an id of its own.");
  return ids;
}

/** @throws InputError unless `value` is a whole number of at least 1 */
export function checkCount(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InputError(`${name} is ${show(value)}. It takes a whole number of at least 1.`);
}

/** Checks shape, type, range and finiteness of the images, a batch at a time. */
export async function checkImages(x: tf.Tensor, { inputShape, bounds }: Classifier, batchSize: number): Promise<void> {
  if (x.dtype !== "float32") throw new InputError(`The images are ${x.dtype}. Convert them to float32.`);
  if (show(x.shape.slice(1)) !== show(inputShape)) {
    throw new InputError(
      `The images have shape ${show(x.shape.slice(1))}, but the classifier takes ${show(inputShape)}. ` +
        "Use the data set that the model was made for, or reshape the images.",
    );
  }
  for (let start = 0; start < x.shape[0]!; start += batchSize) {
    const [low, high, poison] = await readBack(() => {
      const part = tf.slice(x, start, Math.min(batchSize, x.shape[0]! - start));
      // 0 times NaN or infinity is NaN, whatever min and max make of them.
      return tf.stack([tf.min(part), tf.max(part), tf.sum(tf.mul(part, 0))]);
    });
    if (Number.isNaN(poison)) throw new InputError("The images hold NaN or infinite values. Clean the data first.");
    if (low! < bounds.min || high! > bounds.max) {
      throw new InputError(
        `The images range from ${low} to ${high}, outside the data range [${bounds.min}, ${bounds.max}] of the classifier. ` +
          "Scale them, and put any normalisation into the model.",
      );
    }
  }
}

function checkClasses(name: string, classes: Int32Array, n: number, numClasses: number): void {
  if (!(classes instanceof Int32Array)) throw new InputError(`The ${name} are ${show(classes)}. Give an Int32Array.`);
  if (classes.length !== n)
    throw new InputError(`There are ${classes.length} ${name} for ${n} images. Give one per image.`);
  const wrong = classes.findIndex((each) => each < 0 || each >= numClasses);
  if (wrong >= 0) {
    throw new InputError(`${name}[${wrong}] is ${classes[wrong]}, but the classes are 0 to ${numClasses - 1}.`);
  }
}
