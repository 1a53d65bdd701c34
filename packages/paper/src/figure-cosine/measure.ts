import { asClassifier, perSampleLoss, type Classifier } from "@kwta/attacks";
import { breathe, keyedRandom, parseFraction } from "@kwta/core";
import { rowCosines } from "@kwta/evaluation";
import * as tf from "@tensorflow/tfjs-core";
import type { LongWork } from "@kwta/core";
import type { FigureSetup } from "../contract/figure.ts";
import type { FigureTools, Recipe } from "../contract/recipe.ts";
import { atMost, byPreset } from "../presets/index.ts";
import { chooseImages, takeImages, type Images } from "../shared/one-image.ts";
import { shownAdversarialNet, shownNet, type NetSettings } from "../shared/nets.ts";
import type { AgreementLine, CosineData } from "./data.ts";

/** What the figure of cosines asks. */
export interface CosineSettings {
  /** Sparsity ratio of the k-WTA nets. */
  readonly gamma: number;
  readonly eps: string;
  /** Widths of the Gaussian, as shares of eps, rising. */
  readonly sigmas: readonly number[];
  /** Random directions of each image and width. */
  readonly directions: number;
  readonly images: number;
  /** Stand-in for the derivative of k-WTA. */
  readonly gate: string;
}

/** Those of a preset. */
export function settings({ preset }: FigureSetup): CosineSettings {
  const own = byPreset<Pick<CosineSettings, "sigmas" | "directions" | "images">>("the figure of cosines", preset, {
    smoke: { sigmas: [0.01, 0.1, 0.5, 1], directions: 16, images: 10 },
    laptop: { sigmas: [0.01, 0.03, 0.1, 0.25, 0.5, 1, 2], directions: 32, images: 50 },
    paper: { sigmas: [0.01, 0.03, 0.1, 0.25, 0.5, 1, 2], directions: 128, images: 200 },
  });
  return { gamma: 0.1, eps: preset.scale.small, gate: "gate:0.2", ...own, images: atMost(own.images, preset) };
}

/** Cosines over the width of the smoothing, of k-WTA's own gradient, of that through the gate, and of ReLU's. */
export function recipe(own: CosineSettings, { preset, from, seed }: FigureSetup): Recipe<CosineData> {
  const { resnet } = preset.nets;
  const activation = `kwta:${own.gamma}`;
  const nets =
    from === undefined
      ? [shownNet(resnet, activation), shownAdversarialNet(resnet, activation), shownNet(resnet, "relu")]
      : [from.net];
  const forward = own.images * own.sigmas.length * own.directions * 2;
  return {
    title: "What gradients say of steps of a size",
    settings: { ...own, seed },
    nets,
    seconds: (nets.length * forward * resnet.msPerImage) / 3000,
    async measure(tools) {
      const there = await tools.available(nets);
      const positions = await chooseImages("figure-cosine", there, own.images, tools);
      const lines: AgreementLine[] = [];
      for (const net of there) lines.push(...(await agreement(net, positions, own, 0.95 / nets.length, tools)));
      const eps = parseFraction(own.eps);
      const sigmas = own.sigmas.map((share) => Number((share * eps).toPrecision(6)));
      return { sigmas, eps, directions: own.directions, images: positions.length, lines };
    },
  };
}

async function agreement(
  net: NetSettings,
  positions: readonly number[],
  own: CosineSettings,
  weight: number,
  tools: FigureTools,
): Promise<readonly AgreementLine[]> {
  const { label, activation } = net;
  return tools.keep("cosines", [net], { positions, own, seed: tools.seed }, weight, (work) =>
    tools.withNet(net, async (model) => {
      const classifier = asClassifier(model);
      const images = await takeImages(net, positions, tools);
      try {
        const backwards = classifier.choosableBackward ? ["exact", own.gate] : ["exact"];
        const cosines = await cosinesOf(classifier, images, backwards, own, { seed: tools.seed, ...work });
        return backwards.map((backward, i) => ({ label, activation, backward, cosines: cosines[i]! }));
      } finally {
        images.x.dispose();
      }
    }),
  );
}

/**
 * For each backward pass and width the cosine of each image, of two lists over the directions u: what the gradient of the margin
 * says of a step, g . sigma u, and what is seen, half the difference of the margins at both ends. Of an affine function it is 1
 * however few the directions are, which the cosine of the gradient and its estimate itself is not.
 */
async function cosinesOf(
  classifier: Classifier,
  { x, labels, ids }: Images,
  backwards: readonly string[],
  { eps, sigmas, directions }: Pick<CosineSettings, "eps" | "sigmas" | "directions">,
  { seed, signal, onProgress }: LongWork & { readonly seed: number },
): Promise<number[][][]> {
  const margin = perSampleLoss("margin", { kind: "untargeted", labels });
  const gradients = backwards.map((backward) =>
    tf.tidy(() => classifier.lossAndGradient(x, ids, margin, { backward }).gradient),
  );
  const size = x.size / ids.length;
  const total = sigmas.length * directions;
  try {
    const found: number[][][] = backwards.map(() => []);
    for (const [s, share] of sigmas.entries()) {
      const said: Float32Array[][] = backwards.map(() => []);
      const seen: Float32Array[] = [];
      for (let d = 0; d < directions; d++) {
        await breathe(signal);
        const values = new Float32Array(x.size);
        for (const [row, id] of ids.entries()) {
          keyedRandom(seed, "cosine", id, d).normal(values.subarray(row * size, (row + 1) * size));
        }
        const [along, change] = tf.tidy((): [tf.Tensor[], tf.Tensor] => {
          const step = tf.mul(tf.tensor(values, x.shape), share * parseFraction(eps));
          const at = (points: tf.Tensor): tf.Tensor => margin(classifier.logits(points, ids));
          const dot = (gradient: tf.Tensor): tf.Tensor =>
            tf.sum(tf.reshape(tf.mul(gradient, step), [ids.length, -1]), 1);
          return [gradients.map(dot), tf.div(tf.sub(at(tf.add(x, step)), at(tf.sub(x, step))), 2)];
        });
        try {
          for (const [i, each] of along.entries()) said[i]!.push(await each.data<"float32">());
          seen.push(await change.data<"float32">());
        } finally {
          tf.dispose([...along, change]);
        }
        onProgress?.({ task: "cosines", done: s * directions + d + 1, total, unit: "direction" });
      }
      for (const [i, lists] of said.entries()) {
        // To four digits.
        found[i]!.push(rowCosines(lists, seen).map((each) => Number(each.toFixed(4))));
      }
    }
    return found;
  } finally {
    tf.dispose(gradients);
  }
}
