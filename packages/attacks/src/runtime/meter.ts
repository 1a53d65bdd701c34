import { InputError, show, throwIfAborted } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Access, GradientOracle, OracleFor } from "../contract/oracle.ts";
import type { TracePoint } from "../contract/trace.ts";
import { goalOf } from "../losses/goal.ts";
import { perSampleLoss, type LossName } from "../losses/index.ts";
import type { PerSampleLoss } from "../losses/loss.ts";
import { askLogits, classesOf } from "./ask-logits.ts";
import type { Batch } from "./batch.ts";
import { Ledger } from "./ledger.ts";
import { disposeQuery, queryOf, readingsOf, type Query, type Question, type Reading } from "./query.ts";

/** All that a meter knows of its samples, by name, one number a row. */
export type MeterNumbers = Readonly<Record<string, Float32Array>>;

/** Every sample is decided or has spent its budget; ends the attack on this batch. */
export class BudgetSpent extends Error {}

/**
 * Stands between an attack and the model: counts, enforces the budget, and has the best point of every sample seen on any
 * query remembered, so that no attack has to.
 *
 * A query leaves its points and a few numbers per row on the backend; `settle` reads the numbers and judges them.
 */
export class Meter {
  readonly queries: Uint32Array;
  readonly gradients: Uint32Array;
  /** Samples at which something odd was seen. */
  readonly nonFiniteLogits: Uint8Array;
  readonly nonFiniteGradient: Uint8Array;
  readonly zeroGradient: Uint8Array;
  /** Samples whose budget is spent. */
  readonly spent: Uint8Array;
  readonly ledger: Ledger;
  readonly trace: TracePoint[] = [];
  /** How many tensors the model has made and not given away. */
  keptByModel = 0;

  readonly #batch: Batch;
  readonly #rowOf: ReadonlyMap<number, number>;
  #pending: Query[] = [];
  #isClosed = false;
  /** Points known to lie in ball and box as points of these samples. */
  readonly #allowed = new WeakMap<tf.Tensor, Int32Array>();

  /** @param margins of the unperturbed points */
  constructor(batch: Batch, margins: Float32Array) {
    const n = batch.ids.length;
    this.queries = new Uint32Array(n);
    this.gradients = new Uint32Array(n);
    this.nonFiniteLogits = new Uint8Array(n);
    this.nonFiniteGradient = new Uint8Array(n);
    this.zeroGradient = new Uint8Array(n);
    this.spent = new Uint8Array(n);
    this.ledger = new Ledger(batch, margins);
    this.#batch = batch;
    this.#rowOf = new Map(Array.from(batch.ids, (id, row) => [id, row]));
  }

  /** The row of the batch that a sample has. */
  rowOf(id: number): number {
    return this.#rowOf.get(id) ?? refuseId(id);
  }

  /** Whether a sample is still worth a query. */
  isActive(id: number): boolean {
    const { stopEarly, aim } = this.#batch.run;
    const row = this.rowOf(id);
    return this.spent[row] === 0 && (aim === "nearest" || !stopEarly || !this.ledger.isBroken(row));
  }

  /** How many queries a sample has left. */
  left(id: number): number {
    const { queries = Infinity, passes = Infinity } = this.#batch.run.budget;
    const row = this.rowOf(id);
    return Math.min(queries - this.queries[row]!, passes - this.queries[row]! - this.gradients[row]!);
  }

  /** Takes note of points that were projected around the inputs of `ids`, which spares looking where they lie. */
  trust(x: tf.Tensor, ids: Int32Array): void {
    this.#allowed.set(x, ids);
  }

  /** Whether {@link trust} was told so. */
  isTrusted(x: tf.Tensor, ids: Int32Array): boolean {
    return this.#allowed.get(x) === ids;
  }

  /** Copies of all counts and flags, as far as questions are settled. */
  numbers(): MeterNumbers {
    const columns = Object.entries(this.#columns());
    return Object.fromEntries(columns.map(([name, values]) => [name, Float32Array.from(values)]));
  }

  /**
   * Knows what it knew when these were its numbers; questions since then were never asked.
   *
   * @param best the best points, which it then owns; none leaves those that it has
   * @throws InputError for numbers of other samples
   */
  restore(numbers: MeterNumbers, best: tf.Tensor | undefined): void {
    for (const query of this.#pending) disposeQuery(query);
    this.#pending = [];
    for (const [name, column] of Object.entries(this.#columns())) {
      const values = numbers[name];
      if (values?.length !== column.length) refuseNumbers(name, values?.length, column.length);
      column.set(values);
    }
    if (best !== undefined) this.ledger.replaceBest(best);
  }

  /** The oracle that an attack of this access sees, and nothing more. */
  oracle<A extends Access>(access: A): OracleFor<A> {
    const { classifier } = this.#batch.run;
    const logits: GradientOracle["logits"] = (x, ids) => {
      const asked = this.#count(x, ids, "queries");
      const before = tf.memory().numTensors;
      const answer = classifier.logits(x, ids, this.#drawsOf(asked));
      this.keptByModel += tf.memory().numTensors - before - 1;
      this.#note(asked, answer);
      return answer;
    };
    const labels: GradientOracle["labels"] = (x, ids) => tf.tidy(() => tf.argMax(logits(x, ids), 1));
    const logitsAsync: GradientOracle["logitsAsync"] = async (x, ids) =>
      classifier.logitsAsync === undefined
        ? askLogits({ ...classifier, logits }, x, ids)
        : this.#askLater(this.#count(x, ids, "queries"));
    const labelsAsync: GradientOracle["labelsAsync"] = async (x, ids) => classesOf(await logitsAsync(x, ids));
    const lossAndGradient: GradientOracle["lossAndGradient"] = (x, ids, loss, options) => {
      const asked = this.#count(x, ids, "gradients");
      const chosen = { ...options, draws: this.#drawsOf(asked) };
      const named = this.#lossOf(loss, asked.rows);
      const before = tf.memory().numTensors;
      const answer = classifier.lossAndGradient(x, ids, named, chosen);
      this.keptByModel += tf.memory().numTensors - before - 3;
      this.#note(asked, answer.logits, answer.gradient);
      return answer;
    };
    const label = { labels, labelsAsync };
    const score = { ...label, logits, logitsAsync };
    const oracles = { label, score, gradient: { ...score, lossAndGradient } };
    return Object.freeze(oracles[access]) as OracleFor<A>;
  }

  /** Judges all queries since the last time. */
  async settle(): Promise<void> {
    const queries = this.#pending;
    this.#pending = [];
    try {
      const readings = await Promise.all(queries.map((query) => readingsOf(this.#batch, query)));
      for (const [i, query] of queries.entries()) await this.ledger.enter(query, this.#counting(query, readings[i]!));
    } finally {
      for (const query of queries) disposeQuery(query);
    }
  }

  /** No question is answered after this. */
  dispose(): void {
    this.#isClosed = true;
    this.ledger.dispose();
    for (const query of this.#pending) disposeQuery(query);
    this.#pending = [];
  }

  #columns(): Readonly<Record<string, Uint8Array | Uint32Array | Int32Array | Float32Array>> {
    const { queries, gradients, nonFiniteLogits, nonFiniteGradient, zeroGradient, spent } = this;
    const { firstSuccessAt, margins, distances } = this.ledger;
    return {
      queries,
      gradients,
      nonFiniteLogits,
      nonFiniteGradient,
      zeroGradient,
      spent,
      firstSuccessAt,
      margins,
      distances,
    };
  }

  async #askLater(asked: Question): Promise<tf.Tensor2D> {
    const { classifier, signal } = this.#batch.run;
    const answer = await askLogits(classifier, asked.x, asked.ids, { draws: this.#drawsOf(asked), signal });
    if (this.#isClosed) answer.dispose();
    this.#refuseClosed();
    tf.tidy(() => this.#note(asked, answer));
    return answer;
  }

  #refuseClosed(): void {
    if (!this.#isClosed) return;
    throw new InputError("The attack asked about points after it had ended. Await all that it does.");
  }

  #lossOf(loss: LossName | PerSampleLoss, rows: Int32Array): PerSampleLoss {
    return typeof loss === "function" ? loss : perSampleLoss(loss, goalOf(this.#batch.goal, rows));
  }

  /** Each question of a sample takes other random choices of the model, and none of those that verdicts take. */
  #drawsOf({ numbered }: Question): Uint32Array | undefined {
    const { classifier, draws } = this.#batch.run;
    return classifier.random === true ? numbered.map((number) => draws + number) : undefined;
  }

  /** Checks a question and adds one to the count of every row's sample that still has budget. */
  #count(x: tf.Tensor, ids: Int32Array, kind: "queries" | "gradients"): Question {
    throwIfAborted(this.#batch.run.signal);
    this.#refuseClosed();
    if (x.shape[0] !== ids.length) {
      throw new InputError(
        `The attack asked about ${x.shape[0]} points with ${ids.length} sample ids. Give one id per row.`,
      );
    }
    if (this.#pending.length >= MOST_PENDING) {
      throw new InputError(`The attack asked ${MOST_PENDING} times in a row. Await ctx.tick() after every step.`);
    }
    const rows = ids.map((id) => this.rowOf(id));
    const numbered = Uint32Array.from(rows, (row) => {
      if (this.#isSpent(row, kind)) {
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

  /** Whether one more question of a kind is beyond a sample's budget. */
  #isSpent(row: number, kind: "queries" | "gradients"): boolean {
    const { queries = Infinity, gradients = Infinity, passes = Infinity } = this.#batch.run.budget;
    const [asked, followed] = [this.queries[row]!, this.gradients[row]!];
    if (asked >= queries || asked + followed >= passes) return true;
    return kind === "gradients" && (followed >= gradients || asked + followed + 2 > passes);
  }

  /** Keeps what `settle` needs to judge the answer. */
  #note(question: Question, logits: tf.Tensor2D, gradient?: tf.Tensor): void {
    const isAllowed = this.isTrusted(question.x, question.ids);
    this.#pending.push(queryOf(this.#batch, question, isAllowed, logits, gradient));
  }

  /** What counts of a query's answers; takes note of what is odd. */
  #counting({ rows, numbered }: Query, readings: readonly Reading[]): Map<number, Reading> {
    const { run, ids } = this.#batch;
    const counting = new Map<number, Reading>();
    for (const [i, row] of rows.entries()) {
      // A question beyond its sample's budget was never asked.
      if (numbered[i] === 0) continue;
      const reading = readings[i]!;
      const { margin, predicted, distance, excess, gradient } = reading;
      const id = ids[row]!;
      if (run.traced.has(id)) this.trace.push({ id, query: numbered[i]!, margin, predicted, distance, excess });
      if (gradient !== undefined) this.#noteGradient(row, gradient);
      if (!Number.isFinite(margin)) this.nonFiniteLogits[row] = 1;
      // Written so that NaN is refused.
      else if (excess <= 1) counting.set(i, reading);
    }
    return counting;
  }

  #noteGradient(row: number, size: number): void {
    if (!Number.isFinite(size)) this.nonFiniteGradient[row] = 1;
    else if (size === 0) this.zeroGradient[row] = 1;
  }
}

/** Each keeps its points on the backend until the next tick. */
const MOST_PENDING = 1000;

function refuseNumbers(name: string, found: number | undefined, wanted: number): never {
  throw new InputError(
    `The snapshot holds ${found ?? "no"} numbers "${name}" for a batch in which ${wanted} samples are attacked. ` +
      "Start again without the snapshot.",
  );
}

function refuseId(id: number): never {
  throw new InputError(`The attack asked about sample ${show(id)}, which is not in its batch. Pass ids of ctx.ids.`);
}
