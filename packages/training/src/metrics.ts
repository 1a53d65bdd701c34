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
  /** Accuracy on the test split. */
  readonly testAccuracy: number;
  /** As in {@link StepMetrics}. */
  readonly gamma?: number;
}
