import "@tensorflow/tfjs-backend-cpu";
import { asClassifier, ddn, uniformNoise } from "@kwta/attacks";
import { evaluate, quick, withAttacks, type Evaluation } from "@kwta/evaluation";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";

/** A real evaluation of a linear model on noise: three sizes, a diagnostic attack, kept images, names that are markup. */
export async function sampleEvaluation(): Promise<Evaluation> {
  await tf.setBackend("cpu");
  const model = sequential({ layers: [layers.flatten({ inputShape: [8, 6, 3] }), layers.dense({ units: 3 })] });
  model.setWeights([tf.randomNormal([144, 3], 0, 0.1, "float32", 7), tf.zeros([3])]);
  const x = tf.randomUniform([30, 8, 6, 3], 0, 1, "float32", 3);
  const predicted = tf.argMax(model.predict(x) as tf.Tensor, 1).dataSync();
  const labels = Int32Array.from(predicted, (label, i) => (i % 10 === 0 ? (label + 1) % 3 : label));
  const protocol = withAttacks(quick({ steps: 3, temperatures: [0.2], estimateSamples: 0 }), [
    { id: "noise", attack: uniformNoise({ draws: 5 }), role: "diagnostic" },
  ]);
  return evaluate(
    asClassifier(model),
    { x, labels },
    {
      protocol,
      threat: { norm: "linf", eps: ["2/255", "8/255", "16/255"] },
      keepImages: 30,
      command: "kwta evaluate --model <linear>",
      subject: { model: "a <b>linear</b> net", dataset: "noise", classNames: ["cat", "<i>dog</i>", "ox"] },
      environment: { kwta: "0.0.0" },
    },
  );
}

/** The nearest points of the same kind of model, in L2. */
export async function nearestEvaluation(): Promise<Evaluation> {
  await tf.setBackend("cpu");
  const model = sequential({ layers: [layers.dense({ units: 2, inputShape: [4] })] });
  model.setWeights([tf.randomNormal([4, 2], 0, 1, "float32", 7), tf.zeros([2])]);
  const x = tf.randomUniform([12, 4], 0.2, 0.8, "float32", 3);
  const labels = tf.argMax(model.predict(x) as tf.Tensor, 1).dataSync();
  const protocol = { id: "nearest@1", entries: [{ id: "ddn", attack: ddn({ steps: 20 }), aim: "nearest" } as const] };
  return evaluate(asClassifier(model), { x, labels }, { protocol, threat: { norm: "l2", eps: [0.1, 0.5] } });
}
