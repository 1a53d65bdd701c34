import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { asClassifier, pgd, runAttack, square, type AttackSnapshot } from "@kwta/attacks";

const model = sequential({ layers: [layers.dense({ units: 2, activation: "softmax", inputShape: [2] })] });
model.setWeights([
  tf.tensor2d([
    [2, 0],
    [-1, 0],
  ]),
  tf.tensor1d([0, 0]),
]);

const data = {
  x: tf.tensor2d([
    [0.9, 0.1],
    [0.3, 0.4],
  ]),
  labels: Int32Array.of(0, 0),
};
const threat = { norm: "linf", eps: 0.1 } as const;
const classifier = asClassifier(model);
const result = await runAttack(pgd({ steps: 40 }), classifier, data, { threat, seed: 0 });
console.log(result.success, result.predicted, result.queries);
result.adversarial.print();

import { fmn } from "@kwta/attacks";

const anywhere = { norm: "l2", eps: Infinity } as const;
const nearest = await runAttack(fmn, classifier, data, { threat: anywhere, seed: 0, aim: "nearest" });
console.log(nearest.distance);

let snapshot: AttackSnapshot | undefined;
const stop = new AbortController();
const square1000 = square({ queries: 1000 });
const settings = { threat: { norm: "linf", eps: 0.01 }, seed: 0 } as const;
const onSnapshot = (each: AttackSnapshot): void => {
  snapshot = each;
  stop.abort();
};
await runAttack(square1000, classifier, data, {
  ...settings,
  onSnapshot,
  snapshotEveryMs: 0,
  signal: stop.signal,
}).catch((error: Error) => console.log(error.name));
console.log((await runAttack(square1000, classifier, data, { ...settings, resume: snapshot })).queries);

import { defineIterative } from "@kwta/attacks";

const ascend = defineIterative({
  id: "you/ascend",
  version: "1.0.0",
  access: "gradient", // "score" attacks see logits, "label" attacks decisions
  norms: ["linf"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: { steps: { type: "integer", default: 10, min: 1, description: "Steps of eps / 4." } },
  steps: ({ steps }) => steps,
  init: ({ x }) => ({ x }),
  step({ x: clean, ids, oracle, geometry, threat }, { x }) {
    const { gradient } = oracle.lossAndGradient(x, ids, "margin");
    const moved = tf.add(x, tf.mul(geometry.steepest(gradient), threat.eps / 4));
    return { x: geometry.project(moved, clean, threat.eps, threat.bounds) };
  },
});
const { success } = await runAttack(ascend({ steps: 5 }), classifier, data, { threat, seed: 0 });
console.log(success);

import { defineSearch } from "@kwta/attacks";

const noise = defineSearch({
  id: "you/noise",
  version: "1.0.0",
  access: "label",
  norms: ["linf"],
  goals: ["untargeted"],
  stochastic: true,
  params: { draws: { type: "integer", default: 20, min: 1, description: "Points that are tried." } },
  queries: ({ draws }) => draws,
  *search({ x, eps, params, random }) {
    for (let i = 0; i < params.draws; i++) {
      const move = random("noise", i).uniform(new Float32Array(x.length), -eps, eps);
      yield { points: [x.map((value, j) => value + move[j]!)], inside: true };
    }
  },
});
console.log((await runAttack(noise, classifier, data, { threat, seed: 0 })).success);

import { defineCombinator } from "@kwta/attacks";

const flipped = defineCombinator({
  id: "you/flipped",
  version: "1.0.0",
  params: {},
  run: (ctx, [attack]) =>
    ctx.run(attack!, {
      oracle: {
        lossAndGradient: (x, ids, loss, options) => {
          const { gradient, ...rest } = ctx.oracle.lossAndGradient(x, ids, loss, options);
          return { ...rest, gradient: tf.neg(gradient) };
        },
      },
    }),
});
console.log((await runAttack(flipped(ascend), classifier, data, { threat, seed: 0 })).success);

export {};
