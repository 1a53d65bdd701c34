import type * as tf from "@tensorflow/tfjs-core";
import type { ScoreOracle } from "../contract/oracle.ts";

/**
 * Answers about points of which only some will turn out to have been asked about. Only those count, as if the others had never
 * been computed.
 *
 * @param choose the rows that count, from the logits of all, row by row
 */
export type AskAhead = (x: tf.Tensor, ids: Int32Array, choose: (logits: Float32Array) => Int32Array) => Promise<void>;

const known = new WeakMap<ScoreOracle["logitsAsync"], AskAhead>();

/** Says how the function of an oracle can be asked ahead. One that is put in its place cannot. */
export function noteAhead(logitsAsync: ScoreOracle["logitsAsync"], ask: AskAhead): void {
  known.set(logitsAsync, ask);
}

/** How this function can be asked ahead, if it can: not of a model that answers later or at random. */
export function aheadOf(logitsAsync: ScoreOracle["logitsAsync"] | undefined): AskAhead | undefined {
  return logitsAsync && known.get(logitsAsync);
}
