import { CannotRunError, pgd, predict, runAttack, type Classifier } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";

/**
 * How many gradients of images a model gives in a second, or, where it has none, scores, on the backend that is in use: over one
 * second, after a first try.
 */
export async function measureSpeed(classifier: Classifier): Promise<number> {
  const { min, max } = classifier.bounds;
  const x = tf.tidy(() => tf.add(tf.zeros([IMAGES, ...classifier.inputShape]), (min + max) / 2));
  const samples = { x, labels: new Int32Array(IMAGES) };
  const step = async (): Promise<number> => {
    const threat = { norm: "linf", eps: (max - min) / 100 } as const;
    const options = { threat, seed: 0, stopEarly: false, batchSize: IMAGES };
    try {
      (await runAttack(pgd({ steps: STEPS }), classifier, samples, options)).dispose();
      return STEPS * IMAGES;
    } catch (error) {
      if (!(error instanceof CannotRunError)) throw error;
      await predict(classifier, samples, { batchSize: IMAGES });
      return IMAGES;
    }
  };
  try {
    await step();
    const started = performance.now();
    let count = 0;
    do count += await step();
    while (performance.now() - started < 1000);
    return (1000 * count) / (performance.now() - started);
  } finally {
    x.dispose();
  }
}

const [IMAGES, STEPS] = [16, 2];
