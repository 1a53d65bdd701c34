import type { Activation } from "@kwta/op";

/** What every network of this package is built from. */
export interface NetworkConfig {
  /** Height, width and channels of an image. */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** Number of classes, one logit each. */
  readonly numClasses: number;
  /** What stands in the activation slots: `"relu"`, `"kwta:0.1"`. */
  readonly activation: string | Activation;
  /**
   * Seed of the initial weights.
   *
   * @defaultValue 0
   */
  readonly seed?: number;
}
