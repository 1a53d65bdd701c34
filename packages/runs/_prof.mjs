import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import { startBackend } from "@kwta/backend";
import { tensorflow } from "@kwta/backend-tensorflow";
import { wasm } from "@kwta/backend-wasm";
import { kwtaKernels } from "@kwta/op/kernels";
import { activationLayer } from "@kwta/op";
const which = process.argv[2];
await startBackend([which === "wasm" ? wasm({ threads: 1 }) : tensorflow({ threads: 1 })], { kernels: [kwtaKernels] });
const x = tf.randomNormal([16, 32, 32, 64], 0, 1, "float32", 3),
  dy = tf.randomNormal([16, 32, 32, 64], 0, 1, "float32", 4);
const time = (f) => {
  f();
  const n = 4;
  let best = Infinity;
  for (let i = 0; i < n; i++) {
    const a = process.cpuUsage();
    f();
    const b = process.cpuUsage(a);
    best = Math.min(best, (b.user + b.system) / 1000);
  }
  return best.toFixed(1);
};
console.log(which, "activation  inference  training  exact-grad(fwd+bwd)  gate(fwd+bwd)");
for (const spec of [
  "relu",
  "kwta:0.1",
  "kwta:0.1,boost=1.5",
  "kwta-stat:0.1",
  "batch-top-k:0.1",
  "lwta:2",
  "stochastic-lwta:2",
  "mean-sparse:0.25",
  "statistical-top-k:0.1",
]) {
  const layer = activationLayer(spec, { name: "a" });
  tf.tidy(() => layer.apply(x, { training: true }));
  const fwd = (training) => () => {
    const y = tf.tidy(() => layer.apply(x, { training }));
    y.dataSync().length;
    y.dispose();
  };
  const grad = (b) => () => {
    const f = () => {
      const g = tf.grad((at) => layer.apply(at))(x, dy);
      g.dataSync();
      g.dispose();
    };
    layer.withBackward && b ? layer.withBackward(b, f) : f();
  };
  console.log(
    spec.padEnd(24),
    time(fwd(false)),
    time(fwd(true)),
    time(grad()),
    layer.withBackward ? time(grad("gate:0.2")) : "-",
  );
}
