import { breathe, InputError, show } from "@kwta/core";
import { mlp } from "@kwta/models";
import { winnerCount } from "@kwta/op";
import { namedVariables, sgd, type RunningOptimizer, type UpdateAt } from "@kwta/training";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { gridOf, REACH } from "./grid.ts";
import { piecesOf, type Dense, type Pieces } from "./pieces.ts";
import { makeProblem, type Problem, type ProblemName } from "./problems.ts";

/** Everything that a picture of the playground depends on, besides the step. */
export interface PlaygroundSettings {
  readonly problem: ProblemName;
  readonly gamma: number;
  /** Units of each hidden layer. */
  readonly width: number;
  readonly hiddenLayers: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** The nets that learn side by side. */
const NETS = ["relu", "kwta"] as const;

/** @see {@link NETS} */
export type NetName = (typeof NETS)[number];

/** What one net has come to. */
export interface NetPicture {
  /** Of two classes: the score on the grid of `gridOf`, above 0 for class 1. Empty for a curve. */
  readonly scores: Float32Array;
  /** Of a curve: the output, exactly; none where the loss is no number any more. */
  readonly pieces: Pieces | undefined;
  /** On the points, before each step so far, and after the last one. */
  readonly losses: Float32Array;
  /** Share of the points that are told right; NaN for a curve. */
  readonly accuracy: number;
}

/** The playground after a step. */
export interface PlaygroundPicture {
  readonly step: number;
  /** The loss of a net is no number any more, so there are no further steps. */
  readonly ended: boolean;
  readonly nets: Readonly<Record<NetName, NetPicture>>;
}

/** A pair of nets in training. */
export interface Playground {
  readonly settings: PlaygroundSettings;
  readonly step: number;
  /** Whether there is anything left to learn: a loss that is no number ends the training for both nets. */
  readonly ended: boolean;
  /** Trains both nets up to a step. Stops between two steps when the signal is aborted, or when the training has ended. */
  trainTo(step: number, signal: AbortSignal | undefined): Promise<void>;
  picture(): Promise<PlaygroundPicture>;
  dispose(): void;
}

/**
 * The same two nets for the same settings, from the same weights on: they differ in the activation alone.
 *
 * @throws InputError for settings that cannot be used
 */
export function openPlayground(settings: PlaygroundSettings): Playground {
  if (!(settings.learningRate > 0 && settings.learningRate <= 10)) {
    throw new InputError(`The learning rate is ${show(settings.learningRate)}; it must be above 0 and at most 10.`);
  }
  // Before anything is built that would have to be taken down again.
  winnerCount(settings.width, settings.gamma);
  const problem = makeProblem(settings.problem, settings.seed);
  const nets = { relu: openNet("relu", problem, settings), kwta: openNet(`kwta:${settings.gamma}`, problem, settings) };
  let step = 0;
  return {
    settings,
    get step() {
      return step;
    },
    get ended() {
      return !NETS.every((name) => nets[name].learns);
    },
    async trainTo(goal, signal) {
      while (step < goal && !this.ended) {
        await breathe(signal);
        for (const name of NETS) await nets[name].train();
        step++;
      }
    },
    async picture() {
      return { step, ended: this.ended, nets: { relu: await nets.relu.picture(), kwta: await nets.kwta.picture() } };
    },
    dispose() {
      for (const name of NETS) nets[name].dispose();
    },
  };
}

interface Net {
  /** Whether its last loss was a number. */
  readonly learns: boolean;
  train(): Promise<void>;
  picture(): Promise<NetPicture>;
  dispose(): void;
}

function openNet(activation: string, problem: Problem, settings: PlaygroundSettings): Net {
  const { width, hiddenLayers, seed, learningRate } = settings;
  const hidden = new Array<number>(hiddenLayers).fill(width);
  const inputShape = [problem.dimensions] as const;
  const model = mlp({ inputShape, numClasses: 2, hidden, activation, initialiser: "pytorch", seed });
  const trainable = namedVariables(model, "trainable");
  const variables = trainable.map(({ variable }) => variable);
  const optimizer = sgd().start(trainable);
  const inputs = (places: Float32Array): tf.Tensor2D => {
    const { dimensions } = problem;
    return tf.tensor2d(
      places.map((place) => SCALE * place),
      [places.length / dimensions, dimensions],
    );
  };
  const [points, targets] = [inputs(problem.points), tf.tensor1d(problem.targets)];
  const grid = problem.kind === "classify" ? inputs(gridOf()) : undefined;
  const winners = activation === "relu" ? undefined : winnerCount(width, settings.gamma);
  const losses: number[] = [];
  return {
    get learns() {
      return losses.length === 0 || Number.isFinite(losses.at(-1));
    },
    async train() {
      const loss = descend(() => lossOf(problem.kind, scoreOf(model, points), targets), variables, optimizer, {
        learningRate,
        count: losses.length + 1,
      });
      losses.push((await loss.data())[0]!);
      loss.dispose();
    },
    async picture() {
      const here = tf.tidy(() => lossOf(problem.kind, scoreOf(model, points), targets));
      const loss = (await here.data())[0]!;
      here.dispose();
      return {
        scores: grid ? await scoresOn(model, grid) : new Float32Array(0),
        pieces: grid ? undefined : await linesOf(variables, winners),
        losses: Float32Array.from([...losses, loss]),
        accuracy: problem.kind === "fit" ? Number.NaN : await accuracyOf(model, points, problem),
      };
    },
    dispose() {
      optimizer.dispose();
      model.dispose();
      tf.dispose(grid ? [points, targets, grid] : [points, targets]);
    },
  };
}

/** Spreads the points over as many of the first layer's kinks as its random biases give. */
const SCALE = 3;

function descend(f: () => tf.Scalar, variables: tf.Variable[], optimizer: RunningOptimizer, at: UpdateAt): tf.Scalar {
  const { value, grads } = tf.variableGrads(f, variables);
  optimizer.step(
    variables.map(({ name }) => grads[name]!),
    at,
  );
  tf.dispose(grads);
  return value;
}

/** One number from two: how much the net is for the second. */
function scoreOf(model: LayersModel, x: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => {
    const logits = model.apply(x, { training: true }) as tf.Tensor2D;
    return tf.reshape(tf.matMul(logits, tf.tensor2d([[-1], [1]])), [-1]) as tf.Tensor1D;
  });
}

/** Squared distance for a curve, cross-entropy for classes. */
function lossOf(kind: Problem["kind"], scores: tf.Tensor1D, targets: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => {
    if (kind === "fit") return tf.mean(tf.square(tf.sub(scores, targets))) as tf.Scalar;
    const sides = tf.sub(1, tf.mul(2, targets));
    return tf.mean(tf.softplus(tf.mul(sides, scores))) as tf.Scalar;
  });
}

async function accuracyOf(model: LayersModel, points: tf.Tensor2D, { targets }: Problem): Promise<number> {
  const scores = scoreOf(model, points);
  const values = await scores.data<"float32">();
  scores.dispose();
  return values.reduce((right, score, i) => right + Number(score > 0 === (targets[i] === 1)), 0) / values.length;
}

async function scoresOn(model: LayersModel, grid: tf.Tensor2D): Promise<Float32Array> {
  const scores = scoreOf(model, grid);
  const values = new Float32Array(await scores.data<"float32">());
  scores.dispose();
  return values;
}

/** @param variables kernel and bias of each layer, in order */
async function linesOf(variables: readonly tf.Variable[], winners: number | undefined): Promise<Pieces | undefined> {
  const values = await Promise.all(variables.map((variable) => variable.data<"float32">()));
  const layers = Array.from({ length: values.length / 2 }, (_, i): Dense => {
    const [weights, bias] = [values[2 * i]!, values[2 * i + 1]!];
    // The score is the second logit less the first.
    if (2 * i + 2 === values.length) return { ...difference(weights, bias), winners: "none" };
    return { weights: i === 0 ? weights.map((weight) => SCALE * weight) : weights, bias, winners };
  });
  const pieces = piecesOf(layers, -REACH, REACH);
  return pieces.left.length === 0 ? undefined : pieces;
}

function difference(weights: Float32Array, bias: Float32Array): Pick<Dense, "weights" | "bias"> {
  const less = (pairs: Float32Array): Float32Array =>
    Float32Array.from({ length: pairs.length / 2 }, (_, i) => pairs[2 * i + 1]! - pairs[2 * i]!);
  return { weights: less(weights), bias: less(bias) };
}
