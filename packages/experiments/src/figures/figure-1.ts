import { breathe, keyedRandom, type LongWork } from "@kwta/core";
import { activationLayer } from "@kwta/op";
import { momentumSgd, namedVariables } from "@kwta/training";
import type { Curve, FigureNote, FittedNet } from "@kwta/viz";
import * as tf from "@tensorflow/tfjs-core";
import { input, layers, model as layersModel, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { affinePieces, outputsAt } from "./_affine-pieces.ts";
import { measured } from "./_measured.ts";
import type { Figure1Settings, FigureSettings } from "./figure-settings.ts";
import type { Recipe } from "./recipe.ts";

const GRID = 1001;

/** The function to fit: a bump. */
const target = (x: number): number => Math.sin(Math.PI * x);

/** Figure 1: what a wide net with one hidden layer of k-WTA fits to a few points of a bump, and what one of ReLU does. */
export function figure1({ figure1: settings, seed }: FigureSettings): Recipe<1> {
  const { gamma, points: count } = settings;
  const points = Array.from({ length: count }, (_, i) => (i + 0.5) / count);
  const middle = Math.floor(count / 2);
  const margin = 0.25 / count;
  return {
    figure: 1,
    title: "A k-WTA net and a ReLU net fitted to points of a function",
    settings: { ...settings, seed, target: "sin(pi x)" },
    nets: [],
    seconds: 0.006 * settings.steps,
    async measure(tools) {
      const fit = (activation: string, label: string): Promise<FittedNet> =>
        tools.keep("figure-1-fit", { activation, settings, seed }, 0.5, (work) =>
          fitNet(activation, label, points, { ...settings, ...work, seed }),
        );
      const kwta = await fit(`kwta:${gamma}`, `k-WTA, γ = ${gamma}`);
      const relu = await fit("relu", "ReLU");
      const x = Array.from({ length: GRID }, (_, i) => i / (GRID - 1));
      const data = {
        x,
        target: x.map((each) => measured(target(each))!),
        points: { x: points, y: points.map((each) => measured(target(each))!) },
        nets: [kwta, relu],
        detail: { from: points[middle - 1]! - margin, to: points[middle]! + margin },
      };
      return { data, notes: describe(kwta, relu, data.points) };
    },
  };
}

async function fitNet(
  activation: string,
  label: string,
  points: readonly number[],
  settings: Figure1Settings & LongWork & { readonly seed: number },
): Promise<FittedNet> {
  const net = createNet(activation, settings.units, settings.seed);
  try {
    await fitPoints(net, points, settings);
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
  const optimizer = momentumSgd(variables);
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
          rate,
        );
      });
    }
  } finally {
    optimizer.dispose();
    tf.dispose([x, y]);
  }
}

function describe(kwta: FittedNet, relu: FittedNet, points: Curve): FigureNote[] {
  const errors = [kwta, relu].map((net) =>
    Math.max(...points.x.map((x, i) => Math.abs(valueAt(net, x) - points.y[i]!))),
  );
  const jumps = kwta.pieces.slice(1).map(({ y }, i) => Math.abs(y[0]! - kwta.pieces[i]!.y.at(-1)!));
  const largest = Math.max(0, ...jumps);
  const jumpy = jumps.length >= points.x.length - 1 && largest > 0.01;
  const [own, other] = errors.map((error) => error.toPrecision(2));
  return [
    {
      kind: jumpy && errors[0]! < 0.02 ? "agrees" : "differs",
      text:
        `The k-WTA net is ${kwta.pieces.length} affine pieces with jumps of up to ${largest.toPrecision(2)} between them, and ` +
        `misses no point by more than ${own}.`,
    },
    { kind: "note", text: `The ReLU net of the same size is continuous and misses no point by more than ${other}.` },
    { kind: "note", text: "The paper's figure is a drawing; this one is computed." },
  ];
}

/** Of the piece that x lies on. */
function valueAt({ pieces }: FittedNet, at: number): number {
  const { x, y } = pieces.find((piece) => piece.x.at(-1)! >= at) ?? pieces.at(-1)!;
  const i = Math.max(
    1,
    x.findIndex((each) => each >= at),
  );
  const fraction = (at - x[i - 1]!) / (x[i]! - x[i - 1]! || 1);
  return y[i - 1]! + fraction * (y[i]! - y[i - 1]!);
}

/** X with enough digits to tell both sides of a jump apart. */
function rounded({ x, y }: Curve): Curve {
  return { x: x.map((value) => Number(value.toPrecision(9))), y: y.map((value) => measured(value)!) };
}
