import { kwta, lwta, maxPoolGroups } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { refuseRun, type FigureSetup } from "../contract/figure.ts";
import type { Recipe } from "../contract/recipe.ts";
import { measured } from "../shared/measured.ts";
import type { ActivationColumn, Figure2Data } from "./data.ts";

/** The paper's numbers. */
export interface Figure2Settings {
  readonly input: readonly number[];
  readonly k: number;
  readonly groupSize: number;
}

/** The same for each preset. */
export function settings(): Figure2Settings {
  return { input: [0.8, -0.2, -0.4, 1.7, 1.1, 0.9], k: 3, groupSize: 2 };
}

/** Four activations on one column of numbers, computed by the ops themselves. */
export function recipe(own: Figure2Settings, setup: FigureSetup): Recipe<Figure2Data> {
  refuseRun("Figure 2", setup);
  return {
    title: "Four activations on the same six numbers",
    settings: { ...own },
    nets: [],
    seconds: 0.1,
    measure: () => Promise.resolve({ input: own.input, columns: computeColumns(own) }),
  };
}

function computeColumns({ input, k, groupSize: size }: Figure2Settings): ActivationColumn[] {
  const column = (
    name: string,
    label: string,
    groupSize: number,
    compute: (x: tf.Tensor2D) => tf.Tensor,
  ): ActivationColumn => ({
    name,
    label,
    groupSize,
    outputs: Array.from(apply(input, compute), (value) => ({ value: measured(value)!, kept: value !== 0 })),
  });
  return [
    column("relu", "ReLU", 1, tf.relu),
    column(`maxpool:${size}`, "Max-pooling", size, (x) => maxPoolGroups(x, { size })),
    column(`lwta:${size}`, "LWTA", size, (x) => lwta(x, { size })),
    column(`kwta-k:${k}`, "k-WTA", input.length, (x) => kwta(x, { k })),
  ];
}

function apply(input: readonly number[], activation: (x: tf.Tensor2D) => tf.Tensor): Float32Array {
  return tf.tidy(() => activation(tf.tensor2d([[...input]])).dataSync<"float32">());
}
