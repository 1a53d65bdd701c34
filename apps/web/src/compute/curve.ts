import { runAttack, type Classifier } from "@kwta/attacks";
import { rate, type Rate } from "@kwta/evaluation";
import * as tf from "@tensorflow/tfjs-core";
import { attackOf, DUELS, shortAttackOf, SIDE, type DuelName } from "./attacks.ts";
import { glyph } from "./glyph.ts";
import type { NetName } from "./playground.ts";

/** Accuracy over eps on the first images of the test split. */
export interface CurveRequest {
  readonly images: number;
  /** Ascending, from 0. */
  readonly epsilons: readonly number[];
  readonly seed: number;
  /** Images in one call of the net: few where the backend is slow, so that it can be stopped soon. */
  readonly batchSize: number;
}

/** One point of one curve. */
export interface CurvePoint {
  readonly duel: DuelName;
  readonly eps: number;
  readonly accuracy: Rate;
}

/**
 * Tells each point as soon as it is known. What an attack breaks at one eps is broken at every larger one, since the
 * smaller ball lies within the larger one; so only the images that stand are attacked again.
 */
export async function accuracyCurve(
  { images, epsilons, seed, batchSize }: CurveRequest,
  classifierOf: (net: NetName) => Promise<Classifier>,
  emit: (point: CurvePoint) => void,
  signal: AbortSignal | undefined,
): Promise<undefined> {
  const all = Array.from({ length: images }, (_, id) => id);
  const standing = new Map<DuelName, readonly number[]>(DUELS.map(({ id }) => [id, all]));
  for (const eps of epsilons) {
    for (const { id: duel, net, attack } of DUELS) {
      const classifier = await classifierOf(net);
      const ids = Int32Array.from(standing.get(duel)!);
      const x = glyphs(ids);
      try {
        const run = eps === 0 ? shortAttackOf(attack) : attackOf(attack);
        const threat = { norm: "linf", eps } as const;
        const data = { x, labels: ids.map((id) => id % 10), ids };
        const result = await runAttack(run, classifier, data, { threat, seed, batchSize, signal });
        result.dispose();
        standing.set(
          duel,
          [...ids].filter((_, i) => result.cleanCorrect[i] === 1 && result.success[i] === 0),
        );
      } finally {
        x.dispose();
      }
      emit({ duel, eps, accuracy: rate(standing.get(duel)!.length, images) });
    }
  }
  return undefined;
}

/** Images of the embedded test split: [n, 28, 28, 1] in [0, 1]. */
function glyphs(ids: Int32Array): tf.Tensor4D {
  const pixels = new Float32Array(ids.length * SIDE * SIDE);
  for (const [i, id] of ids.entries()) pixels.set(glyph(id), i * SIDE * SIDE);
  return tf.tensor4d(pixels, [ids.length, SIDE, SIDE, 1]);
}
