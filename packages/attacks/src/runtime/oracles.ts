import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Attack } from "../contract/attack.ts";
import type { Access, GradientOracle, OracleFor, ScoreOracle } from "../contract/oracle.ts";
import { classesOf } from "./ask-logits.ts";

/** An oracle with some functions replaced; labels follow from logits, and what is awaited from what is not. */
export function replaced(oracle: OracleFor<Access>, changes: Partial<GradientOracle>): OracleFor<Access> {
  return Object.freeze({ ...oracle, ...following(changes), ...changes });
}

function following(changes: Partial<GradientOracle>): Partial<GradientOracle> {
  const { logits, logitsAsync } = changes;
  const derived =
    logits && ((x: tf.Tensor, ids: Int32Array) => tf.tidy(() => tf.argMax(logits(x, ids), 1) as tf.Tensor1D));
  const { labels = derived } = changes;
  return {
    ...(labels && { labels, labelsAsync: async (x, ids) => tf.tidy(() => labels(x, ids)) }),
    ...(logits && { logitsAsync: async (x, ids) => tf.tidy(() => logits(x, ids)) }),
    ...(logitsAsync && { labelsAsync: async (x, ids) => classesOf(await logitsAsync(x, ids)) }),
  };
}

/**
 * An inner attack sees what it declared, and only if there is that much to see.
 *
 * @throws InputError if there is not
 */
export function restrict(oracle: OracleFor<Access>, inner: Attack, outer: Attack): OracleFor<Access> {
  const { labels, labelsAsync, logits, logitsAsync, lossAndGradient } = oracle as Partial<GradientOracle>;
  const seen = {
    labels,
    labelsAsync,
    ...(inner.access !== "label" && { logits, logitsAsync }),
    ...(inner.access === "gradient" && { lossAndGradient }),
  };
  if (Object.values(seen).every((each) => each !== undefined)) return Object.freeze(seen) as ScoreOracle;
  throw new InputError(
    `The attack ${outer.id} declares access "${outer.access}" but runs ${inner.id}, which needs "${inner.access}". ` +
      "Declare the larger access, or give ctx.run an oracle that offers it.",
  );
}
