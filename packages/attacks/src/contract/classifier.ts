import type * as tf from "@tensorflow/tfjs-core";
import type { PerSampleLoss } from "../losses/loss.ts";
import type { Bounds } from "../norms/bounds.ts";
import type { Access } from "./oracle.ts";

/** What one forward and backward pass gives. The caller owns the three tensors. */
export interface LossAndGradient {
  /** `[n]` */
  readonly loss: tf.Tensor1D;
  /** `[n, classes]` */
  readonly logits: tf.Tensor2D;
  /** Of the summed loss with respect to the input: in the shape of the input, each sample's own gradient. */
  readonly gradient: tf.Tensor;
}

/** Settings of one gradient. */
export interface GradientOptions {
  /**
   * What stands for the derivative of layers that let it be chosen: `"exact"`, `"gate:0.2"`, .... The forward pass never
   * changes.
   *
   * @defaultValue `"exact"`
   */
  readonly backward?: string | undefined;
  /** As in {@link Classifier.logits}. */
  readonly draws?: Uint32Array | undefined;
}

/** Settings of one question to a model that answers later. */
export interface AskOptions {
  /** As in {@link Classifier.logits}. */
  readonly draws?: Uint32Array | undefined;
  /** Gives the question up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The victim, as evaluation and training see it: images in, logits out. Attacks never see it, but an oracle around it
 * that counts and that shows no more than they declared to need.
 *
 * `logits` and `lossAndGradient` are synchronous and work on a batch of any size. `ids` names each row's sample; a plain
 * model ignores it. Rows must not influence one another: batch norm and dropout are in inference mode.
 *
 * @see {@link asClassifier} for a `tf.LayersModel`; {@link differentiate} helps with writing one's own;
 * {@link blackBox} for a model that answers later, such as a file or a service
 */
export interface Classifier {
  /** Of one sample. */
  readonly inputShape: readonly number[];
  readonly numClasses: number;
  readonly bounds: Bounds;
  /** Whether there are layers whose backward pass can be chosen. */
  readonly choosableBackward: boolean;
  /**
   * Whether two calls may answer differently. What such a model says of a sample is then the mean of its scores over many
   * draws, before an attack, whenever it seems to have succeeded, and after it.
   *
   * @defaultValue false
   */
  readonly random?: boolean | undefined;
  /**
   * What it shows. Where that is less than an attack needs, the attack is a `CannotRunError`.
   *
   * @defaultValue "gradient"
   */
  readonly access?: Access | undefined;
  /**
   * Scores before any softmax, `[n, classes]`.
   *
   * @param draws which of its random choices a model makes for each row, given to those that are `random`: the same number
   * for the same sample makes the same choice. A model that cannot do that may ignore it.
   */
  logits(x: tf.Tensor, ids: Int32Array, draws?: Uint32Array): tf.Tensor2D;
  /**
   * The same of a model that computes elsewhere. Where it is given, it is asked wherever one can wait: in clean answers,
   * verdicts, and all attacks by `defineSearch`. The caller owns the tensor.
   *
   * @defaultValue `logits` is asked
   */
  logitsAsync?(x: tf.Tensor, ids: Int32Array, options?: AskOptions): Promise<tf.Tensor2D>;
  lossAndGradient(x: tf.Tensor, ids: Int32Array, loss: PerSampleLoss, options?: GradientOptions): LossAndGradient;
  /**
   * Tells this model from every other: two that answer differently have different digests. Kept work goes by it.
   *
   * @defaultValue nothing that is made with it is kept
   */
  digest?(): Promise<string>;
}
