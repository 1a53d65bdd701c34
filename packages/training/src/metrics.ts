/** One step of a training, as `metrics.jsonl` keeps it. */
export interface StepMetrics {
  readonly kind: "step";
  /** Steps made, this one included. */
  readonly step: number;
  /** Epochs begun, counted from 1. */
  readonly epoch: number;
  /** Mean over the batch. */
  readonly loss: number;
  /** Share of the batch that was classified correctly, before the step; where the method classifies it unattacked. */
  readonly accuracy?: number;
  /** The same share of the attacked batch, where the method makes one. */
  readonly robustAccuracy?: number;
  readonly learningRate: number;
  /** Sparsity ratio of the k-WTA layers, where the settings say one. */
  readonly gamma?: number;
}

/** The end of an epoch. */
export interface EpochMetrics {
  readonly kind: "epoch";
  readonly step: number;
  readonly epoch: number;
  /** Accuracy on the test split; with averaged weights, if they are kept. */
  readonly testAccuracy: number;
  /** The same under the attack of the validation, where it is the turn of this epoch. */
  readonly robustTestAccuracy?: number;
  /** Share of a training batch that the guard of the method left correct. */
  readonly guardAccuracy?: number;
  /**
   * Of layers that keep duty cycles, such as `kwta:0.1,boost=1.5`: the share of channels that hardly ever win, see
   * `dutyCycles` of `@kwta/op`.
   */
  readonly deadShare?: number;
  /** Of the same layers: how evenly wins are spread, 1 where all channels win as often. */
  readonly dutyEntropy?: number;
  /** As in {@link StepMetrics}. */
  readonly gamma?: number;
}

/** A training that came to nothing. */
export interface DivergenceMetrics {
  readonly kind: "divergence";
  readonly step: number;
  readonly epoch: number;
  /** A sentence. */
  readonly what: string;
  /** Whether the weights are those of an earlier epoch now, and the training is over. */
  readonly rolledBack: boolean;
}

/** Each line of `metrics.jsonl`. */
export type Metrics = StepMetrics | EpochMetrics | DivergenceMetrics;
