import type { Classifier } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";

/** What a classifier was asked, and said. */
export interface Recording {
  /** All points, as they came; one that repeats the one before is left out. [points, ...] */
  readonly points: Float32Array;
  /** What was said to each: [points, classes]. */
  readonly logits: Float32Array;
  /** 1 where the gradient was asked for too. */
  readonly followed: Uint8Array;
}

/** A {@link Recording} in the making. */
export interface Recorded {
  read(): Promise<Recording>;
  dispose(): void;
}

interface Asked {
  readonly x: tf.Tensor;
  readonly logits: tf.Tensor;
  readonly followed: boolean;
}

/**
 * A classifier that keeps what it is asked and what it says.
 *
 * @param onAsked told of each question soon after it is answered
 */
export function record(
  classifier: Classifier,
  onAsked: (logits: Float32Array, followed: boolean) => void,
): { readonly watched: Classifier; readonly recorded: Recorded } {
  const kept: Asked[] = [];
  // A clone shares its numbers, so that nothing is copied while the attack runs.
  const keep = (x: tf.Tensor, logits: tf.Tensor, followed: boolean): void => {
    const asked = { x: tf.keep(tf.clone(x)), logits: tf.keep(tf.clone(logits)), followed };
    kept.push(asked);
    // Where the numbers cannot be read, the attack itself says so.
    void asked.logits.data<"float32">().then(
      (said) => onAsked(said, followed),
      () => {},
    );
  };
  const { logitsAsync } = classifier;
  const watched: Classifier = {
    ...classifier,
    logits(x, ids) {
      const logits = classifier.logits(x, ids);
      keep(x, logits, false);
      return logits;
    },
    ...(logitsAsync && {
      async logitsAsync(x, ids, options) {
        const logits = await logitsAsync(x, ids, options);
        keep(x, logits, false);
        return logits;
      },
    }),
    lossAndGradient(x, ids, loss, options) {
      const answer = classifier.lossAndGradient(x, ids, loss, options);
      keep(x, answer.logits, true);
      return answer;
    },
  };
  return {
    watched,
    recorded: {
      read: () => readAll(kept),
      dispose: () => tf.dispose(kept.flatMap(({ x, logits }) => [x, logits])),
    },
  };
}

async function readAll(kept: readonly Asked[]): Promise<Recording> {
  const read = await Promise.all(
    kept.map(async ({ x, logits, followed }) => ({
      x: await x.data<"float32">(),
      said: await logits.data<"float32">(),
      followed,
    })),
  );
  const fresh: typeof read = [];
  for (const { x, said, followed } of read) {
    const last = fresh.at(-1);
    if (last && equal(x, last.x)) last.followed ||= followed;
    else fresh.push({ x, said, followed });
  }
  return {
    points: join(fresh.map(({ x }) => x)),
    logits: join(fresh.map(({ said }) => said)),
    followed: Uint8Array.from(fresh, ({ followed }) => Number(followed)),
  };
}

function equal(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function join(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
