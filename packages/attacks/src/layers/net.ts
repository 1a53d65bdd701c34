import * as tf from "@tensorflow/tfjs-core";

/** What the classifier of any kind of model is made of: its scores, and what it says of itself. */
export interface Net {
  /** Of one sample. */
  readonly inputShape: readonly number[];
  /** How many scores there are of one sample; a single one stands for two classes. */
  readonly numScores: number;
  /**
   * The scores, `[n, numScores]`, with a softmax at the end taken out where that can be done.
   *
   * @param x in the units that the model was made for
   */
  forward(x: tf.Tensor): tf.Tensor;
  /** Prepares the model for one gradient at x, with the choice of backward pass, and returns what undoes it. */
  prepare?(backward: string, x: tf.Tensor): () => void;
  /** Says which random choices each row makes, of those that are {@link random}, and returns what undoes it. */
  useDraws?(ids: Int32Array, draws: Uint32Array): () => void;
  readonly choosableBackward?: boolean | undefined;
  readonly random?: boolean | undefined;
  /** Tells this model from every other. */
  digest?(): Promise<string>;
}

/** The scores of two classes, where a single one `[n, 1]` says by how much class 1 leads. */
export function forTwo(scores: tf.Tensor2D): tf.Tensor2D {
  return tf.concat([tf.zerosLike(scores), scores], 1);
}
