import type { Norm } from "@kwta/attacks";

/** One attack of one library on the images that one net gets right. */
export interface Work {
  readonly net: string;
  readonly norm: Norm;
  readonly attack: string;
  readonly library: "kwta" | "adv_lib";
  readonly images: number;
  /** Forward and backward passes that each image may cost. */
  readonly passes: number;
  readonly data: string;
  readonly references: string;
}

/** What it found. */
export interface Found extends Pick<Work, "net" | "norm" | "attack" | "library"> {
  /** Of each image that the net gets right, the nearest adversarial point of any query; infinite without one. */
  readonly distances: readonly number[];
  /** Means of these images. */
  readonly forwards: number;
  readonly backwards: number;
  readonly seconds: number;
}

/** The same, held against the best of all that were run on the same net in the same norm. */
export interface Scored extends Found {
  /** The share of these images that were broken at all. */
  readonly broken: number;
  /** Infinite where less than half were broken. */
  readonly median: number;
  /** Mean accuracy over the sizes up to that at which the best breaks all that it breaks: the area under the curve. */
  readonly area: number;
  /** 1 where no other came nearer on any image, 0 where the attack is no better than none; null where nobody breaks any. */
  readonly localOptimality: number | null;
}
