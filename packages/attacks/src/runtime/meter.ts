import { InputError, show, throwIfAborted } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Access, GradientOracle, OracleFor } from "../contract/oracle.ts";
import { goalOf, reaches, type Goal } from "../losses/goal.ts";
import { perSampleLoss, type LossName } from "../losses/index.ts";
import type { PerSampleLoss } from "../losses/loss.ts";
import type { Run } from "./open-run.ts";
import { flatten, gatherRows, replaceRows, share, type RowSource } from "./rows.ts";
import { verdict } from "./verdict.ts";

/** Some samples of a run, attacked together. */
export interface Batch {
  readonly run: Run;
  /** Not seen by the attack, which gets a copy. */
  readonly x: tf.Tensor;
  readonly ids: Int32Array;
  readonly goal: Goal;
}

/** Every sample is decided or has spent its budget; ends the attack on this batch. */
export class BudgetSpent extends Error {}

/**
 * Stands between an attack and the model: counts, enforces the budget, and remembers the best point of every sample seen
 * on any query, so that no attack has to.
 *
 * A query leaves its points and a few numbers per row on the backend; `settle` reads the numbers and judges them.
 */
export class Meter {
  readonly queries: Uint32Array;
  readonly gradients: Uint32Array;
  /** The number of the query that first succeeded; -1 while none has. */
  readonly firstSuccessAt: Int32Array;
  readonly margins: Float32Array;
  /** Samples at which something odd was seen. */
  readonly nonFiniteLogits: Uint8Array;
  readonly nonFiniteGradient: Uint8Array;
  readonly zeroGradient: Uint8Array;
  /** Samples whose budget is spent. */
  readonly spent: Uint8Array;

  readonly #batch: Batch;
  readonly #rowOf: ReadonlyMap<number, number>;
  #best: tf.Tensor;
  #pending: Query[] = [];
  /** Points known to lie in ball and box as points of these samples. */
  readonly #allowed = new WeakMap<tf.Tensor, Int32Array>();

  /** @param margins of the unperturbed points, which are the best ones until a better one is seen */
  constructor(batch: Batch, margins: Float32Array) {
    const n = batch.ids.length;
    this.queries = new Uint32Array(n);
    this.gradients = new Uint32Array(n);
    this.firstSuccessAt = new Int32Array(n).fill(-1);
    // No comparison holds against NaN, so that nothing would ever be better.
    this.margins = margins.map((margin) => (Number.isNaN(margin) ? -Infinity : margin));
    this.nonFiniteLogits = new Uint8Array(n);
    this.nonFiniteGradient = new Uint8Array(n);
    this.zeroGradient = new Uint8Array(n);
    this.spent = new Uint8Array(n);
    this.#batch = batch;
    this.#rowOf = new Map(Array.from(batch.ids, (id, row) => [id, row]));
    this.#best = share(batch.x);
  }

  /** The best point of each sample: its first adversarial one, else the one of highest margin. Owned by the meter. */
  get best(): tf.Tensor {
    return this.#best;
  }

  /** Whether a sample is still worth attacking. */
  isActive(id: number): boolean {
    const row = this.#rowOf.get(id)!;
    return this.spent[row] === 0 && (!this.#batch.run.stopEarly || this.firstSuccessAt[row]! < 0);
  }

  /** Takes note of points that were projected around the inputs of `ids`, which spares looking where they lie. */
  trust(x: tf.Tensor, ids: Int32Array): void {
    this.#allowed.set(x, ids);
  }

  /** The oracle that an attack of this access sees, and nothing more. */
  oracle<A extends Access>(access: A): OracleFor<A> {
    const { classifier } = this.#batch.run;
    const logits: GradientOracle["logits"] = (x, ids) => {
      const asked = this.#count(x, ids, "queries");
      const answer = classifier.logits(x, ids);
      this.#note(asked, answer);
      return answer;
    };
    const labels: GradientOracle["labels"] = (x, ids) => tf.tidy(() => tf.argMax(logits(x, ids), 1));
    const lossAndGradient: GradientOracle["lossAndGradient"] = (x, ids, loss, options) => {
      const asked = this.#count(x, ids, "gradients");
      const answer = classifier.lossAndGradient(x, ids, this.#lossOf(loss, asked.rows), options);
      this.#note(asked, answer.logits, answer.gradient);
      return answer;
    };
    const oracles = { label: { labels }, score: { labels, logits }, gradient: { labels, logits, lossAndGradient } };
    return Object.freeze(oracles[access]) as OracleFor<A>;
  }

  /** Judges all queries since the last time. */
  async settle(): Promise<void> {
    const queries = this.#pending;
    this.#pending = [];
    try {
      const numbers = await Promise.all(queries.map((query) => query.numbers.data<"float32">()));
      const winners: Winners = new Map();
      for (const [i, query] of queries.entries()) this.#judge(query, numbers[i]!, winners);
      if (winners.size === 0) return;
      const best = replaceRows(this.#best, winners);
      this.#best.dispose();
      this.#best = best;
    } finally {
      for (const query of queries) disposeQuery(query);
    }
  }

  dispose(): void {
    this.#best.dispose();
    for (const query of this.#pending) disposeQuery(query);
    this.#pending = [];
  }

  #lossOf(loss: LossName | PerSampleLoss, rows: Int32Array): PerSampleLoss {
    return typeof loss === "function" ? loss : perSampleLoss(loss, goalOf(this.#batch.goal, rows));
  }

  /** Checks a question and adds one to the count of every row's sample that still has budget. */
  #count(x: tf.Tensor, ids: Int32Array, kind: "queries" | "gradients"): Question {
    throwIfAborted(this.#batch.run.signal);
    if (x.shape[0] !== ids.length) {
      throw new InputError(
        `The attack asked about ${x.shape[0]} points with ${ids.length} sample ids. Give one id per row.`,
      );
    }
    if (this.#pending.length >= MOST_PENDING) {
      throw new InputError(`The attack asked ${MOST_PENDING} times in a row. Await ctx.tick() after every step.`);
    }
    const rows = ids.map((id) => this.#rowOf.get(id) ?? refuseId(id));
    const { queries = Infinity, gradients = Infinity } = this.#batch.run.budget;
    const numbered = Uint32Array.from(rows, (row) => {
      if (this.queries[row]! >= queries || (kind === "gradients" && this.gradients[row]! >= gradients)) {
        this.spent[row] = 1;
        return 0;
      }
      if (kind === "gradients") this.gradients[row]! += 1;
      return (this.queries[row]! += 1);
    });
    const isOver = rows.length > 0 && numbered.every((number) => number === 0);
    if (isOver && !this.#batch.ids.some((id) => this.isActive(id))) throw new BudgetSpent();
    return { x, ids, rows, numbered };
  }

  /** Keeps what `settle` needs to judge the answer. */
  #note({ x, ids, rows, numbered }: Question, logits: tf.Tensor2D, gradient?: tf.Tensor): void {
    const isAllowed = this.#allowed.get(x) === ids;
    const numbers = tf.tidy(() => {
      const excess = isAllowed ? tf.zeros([rows.length]) : this.#excess(x, rows);
      const size = gradient === undefined ? [] : [tf.sum(tf.abs(flatten(gradient)), 1)];
      const goal = goalOf(this.#batch.goal, rows);
      return tf.keep(tf.concat([verdict(logits, goal), tf.stack([excess, ...size])], 0));
    });
    this.#pending.push({ x: tf.keep(share(x)), rows, numbered, numbers });
  }

  #excess(x: tf.Tensor, rows: Int32Array): tf.Tensor1D {
    const { x: clean, run } = this.#batch;
    return run.geometry.excess(x, gatherRows(clean, rows), run.threat.eps, run.threat.bounds);
  }

  #judge(query: Query, numbers: Float32Array, winners: Winners): void {
    const { goal, run } = this.#batch;
    const m = query.rows.length;
    for (let i = 0; i < m; i++) {
      // A question beyond its sample's budget was never asked.
      if (query.numbered[i] === 0) continue;
      const row = query.rows[i]!;
      const margin = numbers[i]!;
      if (numbers.length > SIZE * m) this.#noteGradient(row, numbers[SIZE * m + i]!);
      if (!Number.isFinite(margin)) {
        this.nonFiniteLogits[row] = 1;
        continue;
      }
      // Written so that NaN is refused.
      if (!(numbers[2 * m + i]! <= 1)) continue;
      const known = this.firstSuccessAt[row]! >= 0;
      const success = reaches(goal, row, numbers[m + i]!);
      const isBetter = success === known ? margin > this.margins[row]! && !(known && run.stopEarly) : success;
      if (!isBetter) continue;
      if (!known && success) this.firstSuccessAt[row] = query.numbered[i]!;
      this.margins[row] = margin;
      winners.set(row, { x: query.x, row: i });
    }
  }

  #noteGradient(row: number, size: number): void {
    if (!Number.isFinite(size)) this.nonFiniteGradient[row] = 1;
    else if (size === 0) this.zeroGradient[row] = 1;
  }
}

/** What was asked, and which query of its sample each row is, counted from 1; 0 where its budget was spent before. */
interface Question {
  readonly x: tf.Tensor;
  readonly ids: Int32Array;
  readonly rows: Int32Array;
  readonly numbered: Uint32Array;
}

interface Query extends Omit<Question, "ids"> {
  readonly numbers: tf.Tensor;
}

/** The better points of this round, by the sample's row. */
type Winners = Map<number, RowSource>;

/** Each holds its points on the backend. */
const MOST_PENDING = 100;

/** The place of the gradient's size among a row's numbers, after margin, prediction and excess. */
const SIZE = 3;

function disposeQuery(query: Query): void {
  query.x.dispose();
  query.numbers.dispose();
}

function refuseId(id: number): never {
  throw new InputError(`The attack asked about sample ${show(id)}, which is not in its batch. Pass ids of ctx.ids.`);
}
