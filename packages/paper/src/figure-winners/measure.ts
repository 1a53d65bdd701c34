import { breathe, keyedRandom, parseFraction, type LongWork } from "@kwta/core";
import { activationPatterns, type ActivationPatterns } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { FigureSetup } from "../contract/figure.ts";
import type { FigureTools, Recipe } from "../contract/recipe.ts";
import { atMost, byPreset } from "../presets/index.ts";
import { shownNet, type NetSettings } from "../shared/nets.ts";
import { chooseImages, takeImages, type Images } from "../shared/one-image.ts";
import type { WinnersData, WinnersLine } from "./data.ts";

/** What the figure of winners looks at. */
export interface WinnersSettings {
  readonly activations: readonly string[];
  readonly eps: string;
  /** As shares of eps, rising. */
  readonly distances: readonly number[];
  readonly images: number;
}

/** Those of a preset. */
export function settings({ preset }: FigureSetup): WinnersSettings {
  const images = byPreset("the figure of winners", preset, { smoke: 10, laptop: 50, paper: 200 });
  return {
    activations: ["kwta:0.1", "lwta:2", "relu"],
    eps: preset.scale.small,
    distances: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
    images: atMost(images, preset),
  };
}

/** Patterns and logits of k-WTA, LWTA and ReLU on the way from an image along random signs. */
export function recipe(own: WinnersSettings, { preset, from, seed }: FigureSetup): Recipe<WinnersData> {
  const { resnet } = preset.nets;
  const nets = from === undefined ? own.activations.map((activation) => shownNet(resnet, activation)) : [from.net];
  return {
    title: "Winners and logits over the distance from an image",
    settings: { ...own, seed },
    nets,
    seconds: (nets.length * own.images * (own.distances.length + 1) * resnet.msPerImage) / 500,
    async measure(tools) {
      const there = await tools.available(nets);
      const positions = await chooseImages("figure-winners", there, own.images, tools);
      const lines: WinnersLine[] = [];
      for (const net of there) lines.push(await measureNet(net, positions, own, 0.95 / nets.length, tools));
      const eps = parseFraction(own.eps);
      const distances = own.distances.map((share) => Number((share * eps).toPrecision(6)));
      return { distances, eps, images: positions.length, nets: lines };
    },
  };
}

async function measureNet(
  net: NetSettings,
  positions: readonly number[],
  own: WinnersSettings,
  weight: number,
  tools: FigureTools,
): Promise<WinnersLine> {
  const { label, activation } = net;
  return tools.keep("winners", [net], { positions, own, seed: tools.seed }, weight, (work) =>
    tools.withNet(net, async (model) => {
      const images = await takeImages(net, positions, tools);
      const eps = parseFraction(own.eps);
      try {
        const changes = await changesOf(
          model,
          images,
          own.distances.map((share) => share * eps),
          { seed: tools.seed, ...work },
        );
        return { label, activation, ...changes };
      } finally {
        images.x.dispose();
      }
    }),
  );
}

/** How the patterns and the logits of a model change at some distances from images. */
async function changesOf(
  model: LayersModel,
  { x, ids }: Images,
  distances: readonly number[],
  { seed, signal, onProgress }: LongWork & { readonly seed: number },
): Promise<Pick<WinnersLine, "lost" | "change">> {
  const size = x.size / ids.length;
  const signs = new Float32Array(x.size);
  for (const [row, id] of ids.entries()) {
    keyedRandom(seed, "winners", id).normal(signs.subarray(row * size, (row + 1) * size));
  }
  const direction = tf.tidy(() => tf.sign(tf.tensor(signs, x.shape)));
  const clean = { patterns: await activationPatterns(model, x, { signal }), logits: await logitsOf(model, x) };
  const [lost, change]: [number[][], number[][]] = [[], []];
  try {
    for (const [i, distance] of distances.entries()) {
      await breathe(signal);
      const points = tf.tidy(() => tf.add(x, tf.mul(direction, distance)));
      try {
        const patterns = await activationPatterns(model, points, { signal });
        const logits = await logitsOf(model, points);
        lost.push(Array.from(ids, (_, row) => short(shareLost(clean.patterns, patterns, row))));
        change.push(Array.from(ids, (_, row) => short(moved(clean.logits[row]!, logits[row]!))));
      } finally {
        points.dispose();
      }
      onProgress?.({ task: "winners", done: i + 1, total: distances.length, unit: "distance" });
    }
    return { lost, change };
  } finally {
    direction.dispose();
  }
}

async function logitsOf(model: LayersModel, x: tf.Tensor): Promise<number[][]> {
  const logits = model.predict(x) as tf.Tensor2D;
  return logits.array().finally(() => logits.dispose());
}

/** Of the units that win at a sample of the first patterns, those that do not win at the same sample of the second. */
function shareLost(first: ActivationPatterns, second: ActivationPatterns, sample: number): number {
  let [winners, lost] = [0, 0];
  for (const [l, { stride, bits }] of first.layers.entries()) {
    const others = second.layers[l]!.bits;
    for (let byte = sample * stride; byte < (sample + 1) * stride; byte++) {
      winners += ones(bits[byte]!);
      lost += ones(bits[byte]! & ~others[byte]!);
    }
  }
  return winners === 0 ? 0 : lost / winners;
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Euclidean, as a share of the first one's length; both without their means, which no class sees. */
function moved(first: readonly number[], second: readonly number[]): number {
  const centred = (all: readonly number[]): number[] => {
    const middle = all.reduce((a, b) => a + b, 0) / all.length;
    return all.map((value) => value - middle);
  };
  const [a, b] = [centred(first), centred(second)];
  const length = Math.hypot(...a);
  return length === 0 ? 0 : Math.hypot(...a.map((value, i) => value - b[i]!)) / length;
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}
