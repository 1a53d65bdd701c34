import { kwta, lwta, maxPoolGroups } from "@kwta/op";
import type { ActivationColumn } from "@kwta/viz";
import * as tf from "@tensorflow/tfjs-core";
import type { Recipe } from "./recipe.ts";
import { measured } from "./_measured.ts";

const INPUT = [0.8, -0.2, -0.4, 1.7, 1.1, 0.9];
const K = 3;
const GROUP = 2;

/** What the paper draws. */
const IN_PAPER: Readonly<Record<string, readonly number[]>> = {
  relu: [0.8, 0, 0, 1.7, 1.1, 0.9],
  "maxpool:2": [0.8, 1.7, 1.1],
  "lwta:2": [0.8, 0, 0, 1.7, 1.1, 0],
  "kwta-k:3": [0, 0, 0, 1.7, 1.1, 0.9],
};

/** Figure 2: ReLU, max-pooling, LWTA and k-WTA on one column of numbers, computed by the ops themselves. */
export function figure2(): Recipe<2> {
  return {
    figure: 2,
    title: "Four activations on the same six numbers",
    settings: { input: INPUT, k: K, groupSize: GROUP },
    nets: [],
    seconds: 0.1,
    async measure() {
      const columns = computeColumns();
      const same = columns.every(({ name, outputs }) =>
        outputs.every(({ value }, i) => value === IN_PAPER[name]![i] && outputs.length === IN_PAPER[name]!.length),
      );
      const text = same
        ? "All values are those of the paper's figure."
        : "Some values are not those of the paper's figure.";
      return { data: { input: INPUT, columns }, notes: [{ kind: same ? "agrees" : "differs", text }] };
    },
  };
}

function computeColumns(): ActivationColumn[] {
  const column = (
    name: string,
    label: string,
    groupSize: number,
    compute: (x: tf.Tensor2D) => tf.Tensor,
  ): ActivationColumn => ({
    name,
    label,
    groupSize,
    outputs: Array.from(apply(compute), (value) => ({ value: measured(value)!, kept: value !== 0 })),
  });
  return [
    column("relu", "ReLU", 1, tf.relu),
    column(`maxpool:${GROUP}`, "Max-pooling", GROUP, (x) => maxPoolGroups(x, { size: GROUP })),
    column(`lwta:${GROUP}`, "LWTA", GROUP, (x) => lwta(x, { size: GROUP })),
    column(`kwta-k:${K}`, "k-WTA", INPUT.length, (x) => kwta(x, { k: K })),
  ];
}

function apply(activation: (x: tf.Tensor2D) => tf.Tensor): Float32Array {
  return tf.tidy(() => activation(tf.tensor2d([INPUT])).dataSync<"float32">());
}
