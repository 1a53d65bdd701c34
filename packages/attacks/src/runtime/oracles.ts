import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Attack } from "../contract/attack.ts";
import type { Access, GradientOracle, OracleFor, ScoreOracle } from "../contract/oracle.ts";

/** An oracle with some functions replaced; labels follow from logits. */
export function replaced(oracle: OracleFor<Access>, changes: Partial<GradientOracle>): OracleFor<Access> {
  const { logits, labels } = changes;
  const follows: Partial<GradientOracle> =
    logits !== undefined && labels === undefined
      ? { labels: (x, ids) => tf.tidy(() => tf.argMax(logits(x, ids), 1) as tf.Tensor1D) }
      : {};
  return Object.freeze({ ...oracle, ...follows, ...changes });
}

/**
 * An inner attack sees what it declared, and only if there is that much to see.
 *
 * @throws InputError if there is not
 */
export function restrict(oracle: OracleFor<Access>, inner: Attack, outer: Attack): OracleFor<Access> {
  const { labels, logits, lossAndGradient } = oracle as Partial<GradientOracle>;
  const seen = {
    labels,
    ...(inner.access !== "label" && { logits }),
    ...(inner.access === "gradient" && { lossAndGradient }),
  };
  if (Object.values(seen).every((each) => each !== undefined)) return Object.freeze(seen) as ScoreOracle;
  throw new InputError(
    `The attack ${outer.id} declares access "${outer.access}" but runs ${inner.id}, which needs "${inner.access}". ` +
      "Declare the larger access, or give ctx.run an oracle that offers it.",
  );
}
