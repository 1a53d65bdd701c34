import { CannotRunError, pgd, predict, runAttack, type Classifier } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";

/**
 * How many images a second a model follows gradients of, or, where it has none, is asked for the scores of, on the backend that
 * is in use: over one second, after a first try.
 */
export async function measureSpeed(classifier: Classifier): Promise<number> {
  const { min, max } = classifier.bounds;
  const x = tf.tidy(() => tf.add(tf.zeros([IMAGES, ...classifier.inputShape]), (min + max) / 2));
  const samples = { x, labels: new Int32Array(IMAGES) };
  const step = async (): Promise<unknown> => {
    const threat = { norm: "linf", eps: (max - min) / 100 } as const;
    const options = { threat, seed: 0, stopEarly: false, batchSize: IMAGES };
    try {
      return (await runAttack(pgd({ steps: 2 }), classifier, samples, options)).dispose();
    } catch (error) {
      if (!(error instanceof CannotRunError)) throw error;
      return predict(classifier, samples, { batchSize: IMAGES });
    }
  };
  try {
    await step();
    const started = performance.now();
    let count = 0;
    do await step();
    while (++count > 0 && performance.now() - started < 1000);
    return (1000 * count * IMAGES) / (performance.now() - started);
  } finally {
    x.dispose();
  }
}

const IMAGES = 16;
