import { breathe, keyedRandom, type LongWork } from "@kwta/core";
import { activationLayer } from "@kwta/op";
import { namedVariables, sgd } from "@kwta/training";
import * as tf from "@tensorflow/tfjs-core";
import { input, layers, model as layersModel, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { refuseRun, type FigureSetup } from "../contract/figure.ts";
import type { Recipe } from "../contract/recipe.ts";
import { byPreset } from "../presets/index.ts";
import { measured } from "../shared/measured.ts";
import { affinePieces, outputsAt } from "./affine-pieces.ts";
import type { Curve, Figure1Data, FittedNet } from "./data.ts";

/** What figure 1 fits, and how long. */
export interface Figure1Settings {
  /** Hidden units. */
  readonly units: number;
  /** Sparsity ratio of the k-WTA net. */
  readonly gamma: number;
  readonly points: number;
  readonly steps: number;
  readonly learningRate: number;
}

/** Those of a preset. */
export function settings({ preset }: FigureSetup): Figure1Settings {
  const { steps } = byPreset("Figure 1", preset, {
    smoke: { steps: 400 },
    laptop: { steps: 3000 },
    paper: { steps: 3000 },
  });
  return { units: 1000, gamma: 0.008, points: 6, steps, learningRate: 0.2 };
}

const GRID = 1001;

/** The function to fit: a bump. */
const target = (x: number): number => Math.sin(Math.PI * x);

/** What a wide net with one hidden layer of k-WTA fits to a few points of a bump, and what one of ReLU does. */
export function recipe(own: Figure1Settings, setup: FigureSetup): Recipe<Figure1Data> {
  refuseRun("Figure 1", setup);
  const { seed } = setup;
  const { gamma, points: count } = own;
  const points = Array.from({ length: count }, (_, i) => (i + 0.5) / count);
  const middle = Math.floor(count / 2);
  const margin = 0.25 / count;
  return {
    title: "A k-WTA net and a ReLU net fitted to points of a function",
    settings: { ...own, seed, target: "sin(pi x)" },
    nets: [],
    seconds: 0.006 * own.steps,
    async measure(tools) {
      const fit = (activation: string, label: string): Promise<FittedNet> =>
        tools.keep("figure-1-fit", [], { activation, settings: own, seed }, 0.5, (work) =>
          fitNet(activation, label, points, { ...own, ...work, seed }),
        );
      const nets = [await fit(`kwta:${gamma}`, `k-WTA, γ = ${gamma}`), await fit("relu", "ReLU")];
      const x = Array.from({ length: GRID }, (_, i) => i / (GRID - 1));
      return {
        x,
        target: x.map((each) => measured(target(each))!),
        points: { x: points, y: points.map((each) => measured(target(each))!) },
        nets,
        detail: { from: points[middle - 1]! - margin, to: points[middle]! + margin },
      };
    },
  };
}

async function fitNet(
  activation: string,
  label: string,
  points: readonly number[],
  own: Figure1Settings & LongWork & { readonly seed: number },
): Promise<FittedNet> {
  const net = createNet(activation, own.units, own.seed);
  try {
    await fitPoints(net, points, own);
    if (activation !== "relu") return { name: activation, label, pieces: (await affinePieces(net, GRID)).map(rounded) };
    // Continuous: a line through many points says the same as its pieces.
    const x = Array.from({ length: GRID }, (_, i) => i / (GRID - 1));
    return { name: activation, label, pieces: [rounded({ x, y: await outputsAt(net, x) })] };
  } finally {
    net.dispose();
  }
}

/** One hidden layer. Its units' lines cross the window at all heights, so that the winners change along it. */
function createNet(activation: string, units: number, seed: number): LayersModel {
  const x = input({ shape: [1] });
  const hidden = layers.dense({ units, name: "hidden" }).apply(x);
  const active = activationLayer(activation, { name: "activation" }).apply(hidden);
  const output = layers.dense({ units: 1, name: "output" }).apply(active);
  const net = layersModel({ inputs: x, outputs: output as SymbolicTensor });
  tf.tidy(() => {
    const normal = (name: string): Float32Array => keyedRandom(seed, "figure 1", name).normal(new Float32Array(units));
    const slopes = normal("slope").map((value) => STEEPNESS * value);
    const offsets = normal("offset").map((value, i) => value - slopes[i]! / 2);
    const shares = normal("output").map((value) => value / units);
    net.getLayer("hidden").setWeights([tf.tensor2d(slopes, [1, units]), tf.tensor1d(offsets)]);
    net.getLayer("output").setWeights([tf.tensor2d(shares, [units, 1]), tf.tensor1d([0])]);
  });
  return net;
}

const STEEPNESS = 6;

/** Gradient descent with momentum on the squared error; the step is measured in what the hidden layer's size allows. */
async function fitPoints(
  net: LayersModel,
  points: readonly number[],
  { steps, learningRate, signal, onProgress }: Figure1Settings & LongWork,
): Promise<void> {
  const variables = namedVariables(net, "trainable");
  const optimizer = sgd().start(variables);
  const x = tf.tensor2d([...points], [points.length, 1]);
  const y = tf.tensor2d(points.map(target), [points.length, 1]);
  try {
    const largest = tf.tidy(() => {
      const active = net.getLayer("activation").apply(net.getLayer("hidden").apply(x)) as tf.Tensor2D;
      return tf.max(tf.sum(tf.square(active), 1));
    });
    const rate = learningRate / (await largest.data())[0]!;
    largest.dispose();
    for (let step = 0; step < steps; step++) {
      await breathe(signal);
      onProgress?.({ task: "fit", done: step, total: steps, unit: "step" });
      tf.tidy(() => {
        const error = (): tf.Scalar => tf.sum(tf.squaredDifference(net.apply(x) as tf.Tensor2D, y));
        const { grads } = tf.variableGrads(
          error,
          variables.map(({ variable }) => variable),
        );
        optimizer.step(
          variables.map(({ variable }) => grads[variable.name]!),
          { learningRate: rate, count: step + 1 },
        );
      });
    }
  } finally {
    optimizer.dispose();
    tf.dispose([x, y]);
  }
}

/** X with enough digits to tell both sides of a jump apart. */
function rounded({ x, y }: Curve): Curve {
  return { x: x.map((value) => Number(value.toPrecision(9))), y: y.map((value) => measured(value)!) };
}
