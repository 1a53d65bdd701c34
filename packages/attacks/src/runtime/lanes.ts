import type * as tf from "@tensorflow/tfjs-core";
import type { GradientOracle, OracleFor } from "../contract/oracle.ts";
import type { Access } from "../contract/oracle.ts";

/** Which sample of the context around it each row of a wide batch is, in which several rows stand for one sample. */
export class Lanes {
  /** Of the rows, one after the other. No two are equal. */
  readonly ids: Int32Array;
  readonly #sampleOf: ReadonlyMap<number, number>;
  /** So that equal lists stay one list: what is known of a list of samples goes by the list itself. */
  readonly #lists = new WeakMap<Int32Array, Int32Array>();

  private constructor(ids: Int32Array, samples: Int32Array) {
    this.ids = ids;
    this.#sampleOf = new Map(Array.from(ids, (id, row) => [id, samples[row]!]));
  }

  /**
   * The rows of several lanes of the same samples, lane by lane. Their ids follow from sample and lane alone, so that random
   * numbers do not depend on who else is there; lane 0 has the samples' own.
   *
   * @returns nothing if two ids would be equal, which those of one sample never are
   */
  static of(samples: Int32Array, lanes: readonly number[]): Lanes | undefined {
    const ids = Int32Array.from(lanes.flatMap((lane) => Array.from(samples, (id) => id + Math.imul(lane, FAR))));
    if (new Set(ids).size < ids.length) return undefined;
    return new Lanes(ids, Int32Array.from(lanes.flatMap(() => [...samples])));
  }

  /** The samples of some rows. */
  samplesOf(ids: Int32Array): Int32Array {
    const known = this.#lists.get(ids);
    if (known !== undefined) return known;
    const samples = ids.map((id) => this.#sampleOf.get(id) ?? id);
    this.#lists.set(ids, samples);
    return samples;
  }

  /** An oracle that is asked about rows, from one that is asked about samples. */
  oracle(of: OracleFor<Access>): OracleFor<Access> {
    const { labels, labelsAsync, logits, logitsAsync, lossAndGradient } = of as Partial<GradientOracle>;
    const translated = <T>(ask: ((x: tf.Tensor, ids: Int32Array) => T) | undefined) =>
      ask && ((x: tf.Tensor, ids: Int32Array): T => ask(x, this.samplesOf(ids)));
    const seen = {
      labels: translated(labels),
      labelsAsync: translated(labelsAsync),
      ...(logits && { logits: translated(logits), logitsAsync: translated(logitsAsync) }),
      ...(lossAndGradient && {
        lossAndGradient: ((x, ids, loss, options) =>
          lossAndGradient(x, this.samplesOf(ids), loss, options)) satisfies GradientOracle["lossAndGradient"],
      }),
    };
    return Object.freeze(seen) as OracleFor<Access>;
  }
}

/** Odd, and its small multiples lie far apart among the whole numbers of 32 bits: 2^32 by the golden ratio. */
const FAR = 0x9e3779b1;

/** Samples in groups of about equal size, whose rows in so many lanes are no more than a number, as long as that can be. */
export function groupsOf(rows: Int32Array, lanes: number, most: number): Int32Array[] {
  const count = Math.ceil(rows.length / Math.max(1, Math.floor(most / lanes)));
  return Array.from({ length: count }, (_, i) =>
    rows.slice(Math.round((i * rows.length) / count), Math.round(((i + 1) * rows.length) / count)),
  );
}
