import * as tf from "@tensorflow/tfjs-core";
import { goalOf, reaches } from "../losses/goal.ts";
import type { Batch } from "./batch.ts";
import { ask } from "./predict.ts";
import type { Query, Reading } from "./query.ts";
import { gatherRows, replaceRows, share, type RowSource } from "./rows.ts";

/** A point that is better than the best one of its sample. */
interface Gain extends Reading {
  /** The sample's row in the batch, and the row of the query. */
  readonly row: number;
  readonly i: number;
  readonly isSuccess: boolean;
}

/** Remembers the best point of every sample of a batch, and decides which point is better. */
export class Ledger {
  /** The number of the query that first succeeded; -1 while none has. */
  readonly firstSuccessAt: Int32Array;
  readonly margins: Float32Array;
  /** The smallest distance of an adversarial point; infinite while there is none or nobody measures. */
  readonly distances: Float32Array;

  readonly #batch: Batch;
  #best: tf.Tensor;

  /** @param margins of the unperturbed points, which are the best ones until a better one is seen */
  constructor(batch: Batch, margins: Float32Array) {
    const n = batch.ids.length;
    this.firstSuccessAt = new Int32Array(n).fill(-1);
    // No comparison holds against NaN, so that nothing would ever be better.
    this.margins = margins.map((margin) => (Number.isNaN(margin) ? -Infinity : margin));
    this.distances = new Float32Array(n).fill(Infinity);
    this.#batch = batch;
    this.#best = share(batch.x);
  }

  /**
   * The best point of each sample: the nearest adversarial one or the first, as the aim is; without one, that of highest
   * margin. Owned by the ledger.
   */
  get best(): tf.Tensor {
    return this.#best;
  }

  isBroken(row: number): boolean {
    return this.firstSuccessAt[row]! >= 0;
  }

  /** Takes note of a query's points; `readings` run along its rows, without those that count for nothing. */
  async enter(query: Query, readings: ReadonlyMap<number, Reading>): Promise<void> {
    const gains = await this.#confirmed(query, this.#gains(query, readings));
    if (gains.length === 0) return;
    const winners = new Map<number, RowSource>();
    for (const { row, i, margin, distance, isSuccess } of gains) {
      if (isSuccess && !this.isBroken(row)) this.firstSuccessAt[row] = query.numbered[i]!;
      if (isSuccess && !Number.isNaN(distance)) this.distances[row] = distance;
      this.margins[row] = margin;
      winners.set(row, { x: query.x, row: i });
    }
    this.replaceBest(replaceRows(this.#best, winners));
  }

  /** Remembers other points, which it then owns. */
  replaceBest(best: tf.Tensor): void {
    this.#best.dispose();
    this.#best = best;
  }

  dispose(): void {
    this.#best.dispose();
  }

  /** The best point of each sample among those of a query, where it beats the one that is known. */
  #gains(query: Query, readings: ReadonlyMap<number, Reading>): Gain[] {
    const gains = new Map<number, Gain>();
    for (const [i, reading] of readings) {
      const row = query.rows[i]!;
      const isSuccess = reaches(this.#batch.goal, row, reading.predicted);
      const known = gains.get(row) ?? this.#known(row);
      const gain = { ...reading, row, i, isSuccess };
      if (this.#isBetter(gain, known)) gains.set(row, gain);
    }
    return [...gains.values()];
  }

  #known(row: number): Pick<Gain, "isSuccess" | "margin" | "distance"> {
    return { isSuccess: this.isBroken(row), margin: this.margins[row]!, distance: this.distances[row]! };
  }

  #isBetter(point: Gain, known: Pick<Gain, "isSuccess" | "margin" | "distance">): boolean {
    if (point.isSuccess !== known.isSuccess) return point.isSuccess;
    if (!point.isSuccess) return point.margin > known.margin;
    const { aim, stopEarly } = this.#batch.run;
    return aim === "nearest" ? point.distance < known.distance : !stopEarly && point.margin > known.margin;
  }

  /** On a model whose answers are random, a lucky draw is no success: only what most draws say counts. */
  async #confirmed(query: Query, gains: readonly Gain[]): Promise<readonly Gain[]> {
    const { run, ids, goal } = this.#batch;
    const doubtful = run.classifier.random === true ? gains.filter(({ isSuccess }) => isSuccess) : [];
    if (doubtful.length === 0) return gains;
    const points = gatherRows(
      query.x,
      Int32Array.from(doubtful, ({ i }) => i),
    );
    try {
      const rows = Int32Array.from(doubtful, ({ row }) => row);
      const said = await ask(
        run.classifier,
        points,
        rows.map((row) => ids[row]!),
        goalOf(goal, rows),
        run,
      );
      const refuted = new Set(doubtful.filter(({ row }, at) => !reaches(goal, row, said.predicted[at]!)));
      return gains.filter((gain) => !refuted.has(gain));
    } finally {
      points.dispose();
    }
  }
}
