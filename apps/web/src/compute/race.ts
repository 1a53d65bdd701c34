import { runAttack, type Classifier } from "@kwta/attacks";
import { rate, type Rate } from "@kwta/evaluation";
import * as tf from "@tensorflow/tfjs-core";
import { attackOf, otherThan } from "./attacks.ts";
import { SIDE } from "./side.ts";
import { DUELS, type DuelName } from "./duels.ts";
import { glyph } from "./glyph.ts";
import type { NetName } from "./playground.ts";

/** The attacks against one another, on the first images of the test split. */
export interface RaceRequest {
  readonly images: number;
  readonly eps: number;
  readonly seed: number;
  /** Images of one heat: few where the backend is slow, so that it can be stopped soon. */
  readonly heat: number;
}

/** What one attack has left standing of all images so far. */
export interface Heat {
  readonly duel: DuelName;
  /** The share of images that the net had right and that the attack did not break. */
  readonly standing: Rate;
}

/** Tells each heat as soon as it is run: all attacks on some images, then all on the next ones. */
export async function race(
  { images, eps, seed, heat }: RaceRequest,
  classifierOf: (net: NetName) => Promise<Classifier>,
  emit: (heat: Heat) => void,
  signal: AbortSignal | undefined,
): Promise<undefined> {
  const counts = new Map<DuelName, number>();
  for (let first = 0; first < images; first += heat) {
    const ids = Int32Array.from({ length: Math.min(heat, images - first) }, (_, i) => first + i);
    const x = glyphs(ids);
    try {
      for (const { id: duel, net, attack } of DUELS) {
        const [classifier, other] = [await classifierOf(net), await classifierOf(otherThan(net))];
        const data = { x, labels: ids.map((id) => id % 10), ids };
        const threat = { norm: "linf", eps } as const;
        const result = await runAttack(attackOf(attack, other), classifier, data, { threat, seed, signal });
        result.dispose();
        const standing = ids.filter((_, i) => result.cleanCorrect[i] === 1 && result.success[i] === 0).length;
        counts.set(duel, (counts.get(duel) ?? 0) + standing);
        emit({ duel, standing: rate(counts.get(duel)!, first + ids.length) });
      }
    } finally {
      x.dispose();
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
