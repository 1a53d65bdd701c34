import type { ImageShape } from "@kwta/core";
import type { Activation } from "@kwta/op";
import type { Normalization } from "./normalization.ts";

export type { ImageShape, Normalization };

/** What stands in an activation slot: a spec such as `"relu"` or `"kwta:0.1"`, or what `parseActivation` made of one. */
export type ActivationSpec = string | Activation;

/**
 * How weights start. Batch norm always starts with scale 1, shift 0, mean 0 and variance 1.
 *
 * | name | convolutions | dense kernels | biases |
 * |---|---|---|---|
 * | `"he-fan-out"` | N(0, 2 / (kernel area * filters)) | U(+-1 / sqrt(fan-in)) | U(+-1 / sqrt(fan-in)) |
 * | `"pytorch"` | U(+-1 / sqrt(fan-in)) | U(+-1 / sqrt(fan-in)) | U(+-1 / sqrt(fan-in)) |
 * | `"wide-resnet"` | N(0, 2 / (kernel area * filters)) | U(+-1 / sqrt(fan-in)) | 0 |
 * | `"normal"` | N(0, 1 / fan-in) | N(0, 1 / fan-in) | 0 |
 * | `"zeros"`, for a net that weights are loaded into | 0 | 0 | 0 |
 */
export type Initialiser = "he-fan-out" | "pytorch" | "wide-resnet" | "normal" | "zeros";

/** What every network of this package is built from. */
export interface NetworkConfig {
  /** Height, width and channels of an image. */
  readonly inputShape: ImageShape;
  /** Number of classes, one logit each. */
  readonly numClasses: number;
  /**
   * What stands in the activation slots: one spec for all, such as `"kwta:0.1"`, or a list with one for each stage; each
   * network says what its stages are.
   */
  readonly activation: ActivationSpec | readonly ActivationSpec[];
  /**
   * How weights start.
   *
   * @defaultValue what the authors' code has for the network, see there
   */
  readonly initialiser?: Initialiser;
  /**
   * What is done to images in [0, 1] before the first layer: the mean of each channel is taken away, the rest divided by the
   * standard deviation. A layer of its own, `normalization`, which training leaves alone.
   *
   * @defaultValue nothing
   */
  readonly normalization?: Normalization;
  /**
   * Seed of the initial weights.
   *
   * @defaultValue 0
   */
  readonly seed?: number;
}
