import type { Bounds, Classifier, ScoreKind } from "@kwta/attacks";
import type { ImageLayout } from "@kwta/onnx";

/** What must be said of a model that cannot say it itself. Each kind of model takes some of it. */
export interface VictimOptions {
  /** Range of the images that the model takes. @defaultValue [0, 1] */
  readonly bounds?: Bounds;
  /** Taken off the images, and what they are divided by then: one number or one for each channel, in units of `bounds`. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  /** Of a run of an incremental training: at which sparsity ratio. */
  readonly gamma?: number;
  /** Of a run: its weights at the end of the training, or those of its best epoch. @defaultValue "last" */
  readonly checkpoint?: "last" | "best";
  /** Of a file of weights: the network's id, such as `"resnet18@kwta:0.1"`. */
  readonly net?: string;
  /** Of a file of weights: which dict, where several could be meant. */
  readonly key?: string;
  /**
   * Of a run, a saved model or a file of weights: batch norm is computed as it stands in the network. Otherwise it becomes part
   * of the layers before it, which is faster and differs by rounding.
   *
   * @defaultValue false
   */
  readonly exactBatchNorm?: boolean;
  /** Of an ONNX file: the order of an image's values. */
  readonly layout?: ImageLayout;
  /** Of an ONNX file: the output that holds the scores. */
  readonly output?: string;
  /** Of an ONNX file or an address: what the scores are. */
  readonly scores?: ScoreKind;
  /** Of an address: whether it answers scores or classes alone. */
  readonly access?: "score" | "label";
  /**
   * Of an address: names of headers, and of the environment variables that hold what they say, so that no secret stands in
   * settings.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of an address: seconds to wait for an answer. */
  readonly timeout?: number;
  /** Of an address: how often to ask again. */
  readonly retries?: number;
  /** Of an address: requests a second at most. */
  readonly rate?: number;
  /** Of an address: images in one request. */
  readonly requestSize?: number;
}

/** What is attacked, as data: enough to open it again in another process. */
export interface VictimSettings extends VictimOptions {
  readonly kind: VictimKindName;
  /** Its folder, its file, its address, or `pretrained:` and its name. */
  readonly what: string;
}

/** The kinds of models that can be attacked by their name. */
export type VictimKindName = "run" | "saved" | "weights" | "onnx" | "http" | "pretrained";

/** The images that a victim is to be asked about. */
export interface VictimImages {
  /** Height, width, channels. */
  readonly shape: readonly number[];
  readonly numClasses: number;
  /** What they are called in errors. @defaultValue "The images" */
  readonly name?: string | undefined;
}

/** A victim that was opened, which holds memory until it is disposed. */
export interface OpenVictim {
  readonly classifier: Classifier;
  /** What its numbers depend on besides the weights, such as that batch norm was folded; reports say it. */
  readonly environment: Readonly<Record<string, string>>;
  dispose(): Promise<void>;
}
