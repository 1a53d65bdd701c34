import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "@kwta/backend";
import { tensorflow } from "@kwta/backend-tensorflow";
import { kwtaKernels } from "@kwta/op/kernels";
import { createModel } from "@kwta/models";
import { openDataset } from "@kwta/runs";
import { train, sgd, adamw, defineOptimizer, accuracy } from "@kwta/training";
import { subset } from "@kwta/datasets";
await startBackend([tensorflow({ threads: 1 })], { kernels: [kwtaKernels] });
console.log("backend", tf.getBackend());

function orthogonal(g) {
  const [rows, cols] = g.shape;
  let x = tf.div(g, tf.add(tf.norm(g), 1e-7));
  const t = rows > cols;
  if (t) x = tf.transpose(x);
  const [a, b, c] = [3.4445, -4.775, 2.0315];
  for (let i = 0; i < 5; i++) {
    const A = tf.matMul(x, x, false, true);
    const B = tf.add(tf.mul(A, b), tf.mul(tf.matMul(A, A), c));
    x = tf.add(tf.mul(x, a), tf.matMul(B, x));
  }
  return t ? tf.transpose(x) : x;
}
const muon = defineOptimizer({
  id: "muon",
  summary: "",
  params: {
    momentum: { type: "number", default: 0.95, min: 0, max: 1, description: "" },
    vector: { type: "number", default: 0.1, description: "" },
    weightDecay: { type: "number", default: 0, min: 0, description: "" },
  },
  slots: ["velocity"],
  rule:
    ({ momentum, vector }) =>
    ({ value: w, gradient, slots: [v], weightDecay }, { learningRate }) => {
      const next = tf.add(tf.mul(v, momentum), gradient);
      const dir = tf.add(gradient, tf.mul(next, momentum));
      if (w.rank < 2) return [tf.sub(w, tf.mul(dir, learningRate * vector)), next];
      const out = w.shape.at(-1);
      const flat = tf.reshape(dir, [-1, out]);
      const scale = Math.max(1, out / flat.shape[0]) ** 0.5;
      const o = tf.reshape(orthogonal(flat), w.shape);
      return [tf.sub(tf.mul(w, 1 - learningRate * weightDecay), tf.mul(o, learningRate * scale)), next];
    },
});
const data = await openDataset({ name: "cifar10", dataDir: "/tmp/rdata", subset: 5000 });
const test = subset(data.test, 1000, 0);
const trials = [
  ["sgd .1", sgd({ weightDecay: 5e-4 }), 0.1],
  ["muon .02", muon({}), 0.02],
  ["adamw .003", adamw({ weightDecay: 0.01 }), 0.003],
  ["muon .05", muon({}), 0.05],
  ["sgd .03", sgd({ weightDecay: 5e-4 }), 0.03],
  ["adamw .01", adamw({ weightDecay: 0.01 }), 0.01],
  ["muon .01", muon({}), 0.01],
];
for (const spec of process.argv.slice(2))
  for (const [name, optimizer, peak] of trials) {
    const model = createModel(spec, { inputShape: data.shape, numClasses: 10, seed: 0 });
    const c0 = process.cpuUsage();
    const losses = [];
    await train(
      model,
      data.train,
      {
        epochs: 4,
        batchSize: 64,
        augment: "crop-flip",
        optimizer,
        seed: 0,
        learningRate: { shape: "one-cycle", peak, warmup: 0.25 },
      },
      { onMetrics: (l) => l.kind === "step" && losses.push(l.loss) },
    );
    const c1 = process.cpuUsage(c0);
    const tail = losses.slice(-40);
    console.log(
      spec,
      name,
      "loss",
      (tail.reduce((a, b) => a + b, 0) / tail.length).toFixed(3),
      "test",
      (100 * (await accuracy(model, test))).toFixed(1),
      "cpu",
      ((c1.user + c1.system) / 1e6).toFixed(0),
    );
    model.dispose();
  }
