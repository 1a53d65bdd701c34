import type { layers } from "@tensorflow/tfjs-layers";

/** How far an instrument has come. */
export interface InstrumentProgress {
  /** What is being done, for people. */
  readonly task: string;
  readonly done: number;
  readonly total: number;
  /** What `done` counts. */
  readonly unit: string;
}

/** What all instruments can be told. */
export interface InstrumentOptions {
  /**
   * Points that go through the model at once.
   *
   * @defaultValue 64
   */
  readonly batchSize?: number | undefined;
  /**
   * The layers to look at, of the model or of models inside it.
   *
   * @defaultValue all layers of the k-WTA family; in a model without any, its ReLU layers
   */
  readonly layers?: readonly layers.Layer[] | undefined;
  /** Stops the work with an `AbortError` before its next batch. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: InstrumentProgress) => void) | undefined;
}
