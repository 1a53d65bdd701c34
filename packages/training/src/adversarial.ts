import {
  geometryOf,
  layersClassifier,
  parseLength,
  perSampleLoss,
  threatModel,
  type Classifier,
  type Norm,
} from "@kwta/attacks";
import { breathe, InputError, keyedRandom, lookUp, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { crossEntropy, type TrainingBatch, type TrainingMethod } from "./method.ts";

/** @see {@link adversarial} */
export interface AdversarialOptions {
  /** @defaultValue "linf" */
  readonly norm?: Norm;
  /** Size of the perturbation, images in [0, 1]: a number or a fraction such as `"8/255"`. @defaultValue 0.031 */
  readonly eps?: number | string;
  /** Gradient steps of the attack. @defaultValue 10 */
  readonly steps?: number;
  /** Length of each: a number, `"2/255"`, or a share such as `"0.25 eps"`. @defaultValue "7/31 eps", 0.007 of 0.031 */
  readonly stepSize?: number | string;
  /** The class that the attack leads away from: the true one, or that which the model sees. @defaultValue "true" */
  readonly label?: "true" | "predicted";
  /** What stands for the derivative of k-WTA layers in the attack: `"exact"`, `"gate:0.2"`. @defaultValue "exact" */
  readonly backward?: string;
}

/** {@link AdversarialOptions} with nothing left open, for `run.json`; gives the same method. */
export interface AdversarialSettings extends Required<AdversarialOptions> {
  readonly eps: number;
  /** In the units of the data. */
  readonly stepSize: number;
}

/**
 * Adversarial training: each step is made on images that PGD has attacked, and on nothing else. The attack sees the model
 * in inference mode, starts at a random point of the ball, climbs the cross-entropy and gives its last point; the step
 * sees that point in training mode, with the true label.
 *
 * The defaults are the authors' for CIFAR-10; for SVHN they took eps 0.047 and steps of 0.01, for MNIST 0.3 and 0.01. Their
 * attack may leave [0, 1], this one may not. Random starts depend on the seed, the epoch and the sample, not on the batch.
 *
 * @throws InputError for options that cannot be used
 * @see Madry et al., "Towards Deep Learning Models Resistant to Adversarial Attacks", ICLR 2018, arXiv 1706.06083
 *
 * @example
 * ```ts
 * await train(model, data.train, { epochs: 80 }, { method: adversarial({ eps: "8/255" }) });
 * ```
 */
export function adversarial(options: AdversarialOptions = {}): TrainingMethod {
  const settings = adversarialSettings(options);
  return {
    id: "adversarial",
    craft: (model, batch, signal) => craft(layersClassifier(model), batch, settings, signal),
    objective(model, { labels }, attacked) {
      const logits = model.apply(attacked, { training: true }) as tf.Tensor2D;
      return { loss: crossEntropy(logits, labels), robustLogits: logits };
    },
  };
}

/**
 * Fills in the defaults of {@link adversarial}.
 *
 * @throws InputError for options that cannot be used
 */
export function adversarialSettings(options: AdversarialOptions = {}): AdversarialSettings {
  const { norm = "linf", eps = 0.031, steps = 10, stepSize = "7/31 eps", label = "true", backward = "exact" } = options;
  const threat = threatModel({ norm, eps });
  geometryOf(norm);
  const length = parseLength(stepSize, threat.eps);
  if (!Number.isFinite(length) || length < 0) {
    throw new InputError(
      `The step size of the attack is ${show(stepSize)}. It takes a number, a fraction such as "2/255", or a share ` +
        'such as "0.25 eps".',
    );
  }
  if (!Number.isInteger(steps) || steps < 1) {
    throw new InputError(`The attack has ${show(steps)} steps; it must have a whole number of at least 1.`);
  }
  lookUp("label to attack", label, { true: true, predicted: true });
  return { norm, eps: threat.eps, steps, stepSize: length, label, backward };
}

async function craft(
  classifier: Classifier,
  { x, labels, ids, epoch, seed }: TrainingBatch,
  { norm, eps, steps, stepSize, label, backward }: AdversarialSettings,
  signal: AbortSignal | undefined,
): Promise<tf.Tensor4D> {
  const geometry = geometryOf(norm);
  const threat = threatModel({ norm, eps, bounds: classifier.bounds });
  const attacked = label === "true" ? await labels.data<"int32">() : await predict(classifier, x, ids);
  const loss = perSampleLoss("cross-entropy", { kind: "untargeted", labels: attacked });
  const size = x.size / ids.length;
  const start = new Float32Array(x.size);
  for (const [row, id] of ids.entries()) {
    const random = keyedRandom(seed, "adversarial training", "start", epoch, id);
    geometry.randomInBall(random, start.subarray(row * size, (row + 1) * size), eps);
  }
  let point = tf.tidy(() => geometry.project(tf.add(x, tf.tensor4d(start, x.shape)), x, threat));
  try {
    for (let t = 0; t < steps; t++) {
      await breathe(signal);
      const next = tf.tidy(() => {
        const { gradient } = classifier.lossAndGradient(point, ids, loss, { backward });
        return geometry.project(tf.add(point, tf.mul(geometry.steepest(gradient), stepSize)), x, threat);
      });
      point.dispose();
      point = next;
    }
    return point as tf.Tensor4D;
  } catch (error) {
    point.dispose();
    throw error;
  }
}

async function predict(classifier: Classifier, x: tf.Tensor4D, ids: Int32Array): Promise<Int32Array> {
  const classes = tf.tidy(() => tf.argMax(classifier.logits(x, ids), 1));
  try {
    return await classes.data<"int32">();
  } finally {
    classes.dispose();
  }
}
