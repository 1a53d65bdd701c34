import { breathe, keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { SIDE } from "./side.ts";
import type { Net } from "./make-net.ts";
import type { NetName } from "./playground.ts";
import { withSoftWinners } from "./soft-winners.ts";

/** The temperature at which k-WTA's landscape is melted: one of those that the adaptive attack takes. */
const MELTED = 0.2;

/** The loss of both nets around one image. */
export interface LandscapeRequest {
  /** [28, 28, 1] in [0, 1]. */
  readonly image: Float32Array;
  readonly label: number;
  /** How far it reaches, per pixel. */
  readonly eps: number;
  /** The points of an attack, [points, 28 * 28]: the first direction is where it went in the end. */
  readonly points: Float32Array;
  readonly seed: number;
  /** Points of a side: odd, so that the image is one of them. */
  readonly side: number;
}

/** Losses over a square of images: row by row along the first direction, [side * side]. */
export interface Landscapes extends Readonly<Record<NetName, Float32Array>> {
  /** The k-WTA net as the gate has it. */
  readonly melted: Float32Array;
  /** The attack's points along both directions, in units of eps: [points, 2]. */
  readonly path: Float32Array;
}

/** The cross-entropy at `image + eps (a u + b v)`, kept in [0, 1], a and b from -1 to 1, of both nets and of the k-WTA net melted. */
export async function landscapes(
  nets: Readonly<Record<NetName, Net>>,
  request: LandscapeRequest,
  signal: AbortSignal | undefined,
): Promise<Landscapes> {
  const directions = directionsOf(request);
  const around = { ...request, directions };
  const relu = await surface(around, signal, (x) => nets.relu.classifier.logits(x, NO_IDS));
  const kwta = await surface(around, signal, (x) => nets.kwta.classifier.logits(x, NO_IDS));
  const soft = (x: tf.Tensor): tf.Tensor2D =>
    withSoftWinners(nets.kwta.model, MELTED, () => nets.kwta.classifier.logits(x, NO_IDS));
  return { relu, kwta, melted: await surface(around, signal, soft), path: pathOf(request, directions) };
}

const NO_IDS = new Int32Array(0);

type Directions = readonly [Float32Array, Float32Array];

/** In units of eps: where the attack went in the end, and one sign per pixel at random. */
function directionsOf({ points, seed, image, eps }: LandscapeRequest): Directions {
  const { at } = keyedRandom(seed, "landscape");
  const random = Float32Array.from(image, (_, i) => (at(i) < 0.5 ? -1 : 1));
  const last = points.subarray(points.length - image.length);
  const went = Float32Array.from(image, (pixel, i) => (last[i]! - pixel) / eps);
  return [went.some((change) => change !== 0) ? went : random.map((sign, i) => (i % 2 === 0 ? sign : -sign)), random];
}

/** Least squares: where in the plane of the directions each point's change lies nearest. */
function pathOf({ points, image, eps }: LandscapeRequest, [u, v]: Directions): Float32Array {
  const n = image.length;
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const [uu, uv, vv] = [dot(u, u), dot(u, v), dot(v, v)];
  return Float32Array.from({ length: (2 * points.length) / n }, (_, i) => {
    const at = (i >> 1) * n;
    const change = image.map((pixel, j) => (points[at + j]! - pixel) / eps);
    const [onU, onV] = [dot(change, u), dot(change, v)];
    return (i % 2 === 0 ? vv * onU - uv * onV : uu * onV - uv * onU) / (uu * vv - uv * uv);
  });
}

async function surface(
  { image, label, eps, side, directions: [u, v] }: LandscapeRequest & { readonly directions: Directions },
  signal: AbortSignal | undefined,
  logitsAt: (x: tf.Tensor) => tf.Tensor2D,
): Promise<Float32Array> {
  const losses = new Float32Array(side * side);
  for (let row = 0; row < side; row++) {
    await breathe(signal);
    const points = new Float32Array(side * image.length);
    for (let column = 0; column < side; column++) {
      const [a, b] = [along(row, side), along(column, side)];
      for (let i = 0; i < image.length; i++)
        points[column * image.length + i] = Math.max(0, Math.min(1, image[i]! + eps * (a * u[i]! + b * v[i]!)));
    }
    const loss = tf.tidy(() => {
      const logits = logitsAt(tf.tensor4d(points, [side, SIDE, SIDE, 1]));
      return tf.neg(tf.slice(tf.logSoftmax(logits), [0, label], [-1, 1]));
    });
    losses.set(await loss.data(), row * side);
    loss.dispose();
  }
  return losses;
}

/** Where the i-th row or column stands, from -1 to 1. */
function along(i: number, side: number): number {
  return (2 * i) / (side - 1) - 1;
}
