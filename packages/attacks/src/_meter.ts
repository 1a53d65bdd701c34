import { InputError, show, throwIfAborted } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { gatherRows, replaceRows, share, type RowSource } from "./_rows.ts";
import type { Classifier, PerSampleLoss } from "./classifier.ts";
import type { Geometry } from "./geometry.ts";
import { goalOf, reaches, verdict, type Goal } from "./goal.ts";
import { perSampleLoss } from "./losses.ts";
import type { Access, GradientOracle, OracleFor, QueryBudget } from "./oracle.ts";
import { slack, type ThreatModel } from "./threat-model.ts";

/** One batch under attack. */
export interface MeterOptions {
  readonly classifier: Classifier;
  /** Stays the caller's. */
  readonly x: tf.Tensor;
  readonly ids: Int32Array;
  readonly goal: Goal;
  /** Margins of the unperturbed points, which are the best ones until a better one is seen. */
  readonly margins: Float32Array;
  readonly threat: ThreatModel;
  readonly geometry: Geometry;
  readonly budget: QueryBudget;
  readonly stopEarly: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A limit of the budget was reached; ends the attack on this batch. */
export class BudgetSpent extends Error {}

/**
 * Stands between an attack and the model: counts, enforces the budget, and remembers the best point of every sample seen
 * on any query, so that no attack has to.
 *
 * A query leaves its points and a few numbers per row on the engine; `settle` reads the numbers and judges them.
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

  readonly #options: MeterOptions;
  readonly #rowOf: ReadonlyMap<number, number>;
  #best: tf.Tensor;
  #pending: Query[] = [];
  /** Points known to lie in ball and box as points of these samples. */
  readonly #allowed = new WeakMap<tf.Tensor, Int32Array>();

  constructor(options: MeterOptions) {
    const n = options.ids.length;
    this.queries = new Uint32Array(n);
    this.gradients = new Uint32Array(n);
    this.firstSuccessAt = new Int32Array(n).fill(-1);
    // No comparison holds against NaN, so that nothing would ever be better.
    this.margins = options.margins.map((margin) => (Number.isNaN(margin) ? -Infinity : margin));
    this.nonFiniteLogits = new Uint8Array(n);
    this.nonFiniteGradient = new Uint8Array(n);
    this.zeroGradient = new Uint8Array(n);
    this.#options = options;
    this.#rowOf = new Map(Array.from(options.ids, (id, row) => [id, row]));
    this.#best = share(options.x);
  }

  /** The best point of each sample: its first adversarial one, else the one of highest margin. Owned by the meter. */
  get best(): tf.Tensor {
    return this.#best;
  }

  /** Whether a sample is still worth attacking. */
  isActive(id: number): boolean {
    return !this.#options.stopEarly || this.firstSuccessAt[this.#rowOf.get(id)!]! < 0;
  }

  /** Takes note of points that were projected around the inputs of `ids`, which spares looking where they lie. */
  trust(x: tf.Tensor, ids: Int32Array): void {
    this.#allowed.set(x, ids);
  }

  /** The oracle that an attack of this access sees, and nothing more. */
  oracle<A extends Access>(access: A): OracleFor<A> {
    const { classifier } = this.#options;
    const logits: GradientOracle["logits"] = (x, ids) => this.#ask(x, ids, "queries", () => classifier.logits(x, ids));
    const labels: GradientOracle["labels"] = (x, ids) => tf.tidy(() => tf.argMax(logits(x, ids), 1));
    const lossAndGradient: GradientOracle["lossAndGradient"] = (x, ids, loss, options) => {
      const rule = typeof loss === "function" ? loss : this.#lossOf(loss, ids);
      return this.#ask(x, ids, "gradients", () => classifier.lossAndGradient(x, ids, rule, options));
    };
    const oracles = { label: { labels }, score: { labels, logits }, gradient: { labels, logits, lossAndGradient } };
    return oracles[access] as OracleFor<A>;
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

  #lossOf(name: Parameters<typeof perSampleLoss>[0], ids: Int32Array): PerSampleLoss {
    return perSampleLoss(name, goalOf(this.#options.goal, this.#rowsOf(ids)));
  }

  #rowsOf(ids: Int32Array): Int32Array {
    return ids.map((id) => this.#rowOf.get(id) ?? refuseId(id));
  }

  #ask<T extends tf.Tensor2D | ReturnType<GradientOracle["lossAndGradient"]>>(
    x: tf.Tensor,
    ids: Int32Array,
    kind: "queries" | "gradients",
    call: () => T,
  ): T {
    throwIfAborted(this.#options.signal);
    if (x.shape[0] !== ids.length) {
      throw new InputError(
        `The attack asked about ${x.shape[0]} points with ${ids.length} sample ids. Give one id per row.`,
      );
    }
    if (this.#pending.length >= MOST_PENDING) {
      throw new InputError(`The attack asked ${MOST_PENDING} times in a row. Await ctx.tick() after every step.`);
    }
    const rows = this.#rowsOf(ids);
    const numbered = this.#count(rows, kind);
    const answer = call();
    const [logits, gradient] = "logits" in answer ? [answer.logits, answer.gradient] : [answer, undefined];
    const isAllowed = this.#allowed.get(x) === ids;
    const numbers = tf.tidy(() => {
      const excess = isAllowed ? tf.zeros([rows.length]) : this.#excess(x, rows);
      const size = gradient === undefined ? [] : [tf.sum(tf.abs(flatten(gradient)), 1)];
      const goal = goalOf(this.#options.goal, rows);
      return tf.keep(tf.concat([verdict(logits, goal), tf.stack([excess, ...size])], 0));
    });
    this.#pending.push({ x: tf.keep(share(x)), rows, numbered, numbers });
    return answer;
  }

  /** Adds one to the count of every row's sample, or to none when one of them would exceed its budget. */
  #count(rows: Int32Array, kind: "queries" | "gradients"): Uint32Array {
    const { budget } = this.#options;
    const numbered = Uint32Array.from(rows, (row) => (this.queries[row]! += 1));
    if (kind === "gradients") for (const row of rows) this.gradients[row]! += 1;
    const { queries = Infinity, gradients = Infinity } = budget;
    if (rows.every((row) => this.queries[row]! <= queries && this.gradients[row]! <= gradients)) {
      return numbered;
    }
    for (const row of rows) {
      this.queries[row]! -= 1;
      if (kind === "gradients") this.gradients[row]! -= 1;
    }
    throw new BudgetSpent();
  }

  /** How far each point is from ball and box, `[m]`. */
  #excess(x: tf.Tensor, rows: Int32Array): tf.Tensor {
    const { x: clean, geometry, threat } = this.#options;
    const allowed = geometry.project(x, gatherRows(clean, rows), threat);
    return tf.max(tf.abs(flatten(tf.sub(x, allowed))), 1);
  }

  #judge(query: Query, numbers: Float32Array, winners: Winners): void {
    const { goal, stopEarly, threat } = this.#options;
    const m = query.rows.length;
    for (let i = 0; i < m; i++) {
      const row = query.rows[i]!;
      const margin = numbers[i]!;
      if (numbers.length > SIZE * m) this.#noteGradient(row, numbers[SIZE * m + i]!);
      if (!Number.isFinite(margin)) {
        this.nonFiniteLogits[row] = 1;
        continue;
      }
      // Written so that NaN is refused.
      if (!(numbers[2 * m + i]! <= slack(threat))) continue;
      const known = this.firstSuccessAt[row]! >= 0;
      const success = reaches(goal, row, numbers[m + i]!);
      const isBetter = success === known ? margin > this.margins[row]! && !(known && stopEarly) : success;
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

interface Query {
  readonly x: tf.Tensor;
  readonly rows: Int32Array;
  /** Which query of its sample each row is, counted from 1. */
  readonly numbered: Uint32Array;
  readonly numbers: tf.Tensor;
}

/** The better points of this round, by the sample's row. */
type Winners = Map<number, RowSource>;

/** Each holds its points on the engine. */
const MOST_PENDING = 100;

/** The place of the gradient's size among a row's numbers, after margin, prediction and excess. */
const SIZE = 3;

function disposeQuery(query: Query): void {
  query.x.dispose();
  query.numbers.dispose();
}

function flatten(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0]!, -1]);
}

function refuseId(id: number): never {
  throw new InputError(`The attack asked about sample ${show(id)}, which is not in its batch. Pass ids of ctx.ids.`);
}
