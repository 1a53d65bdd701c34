import type { KeyedRandom, ParamSchema, ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { goalOf, reaches, type Goal } from "../losses/goal.ts";
import type { LossName } from "../losses/index.ts";
import { verdictsOf } from "../losses/verdict.ts";
import type { Bounds } from "../norms/bounds.ts";
import type { Norm } from "../norms/index.ts";
import { imageShapeOf } from "../images/image-shape.ts";
import { gatherRows } from "../runtime/rows.ts";
import { Diary } from "../runtime/snapshot/diary.ts";
import { beginLoop } from "../runtime/snapshot/going-on.ts";
import { askLosses, idsOf } from "./ask-losses.ts";
import { defineAttack, type AttackDefinition, type AttackMaker } from "./attack.ts";
import type { RunContext } from "./context.ts";
import type { LabelOracle, ScoreOracle } from "./oracle.ts";

/** Points of one sample that a search asks about, each as a list of values. */
export interface SearchQuestion {
  readonly points: readonly Float32Array[];
  /** Whether they are brought into ball and box first. @defaultValue they are asked about as they are */
  readonly inside?: boolean | undefined;
}

/** What a search is told. */
export interface SearchAnswer {
  /** The points that were asked about: those of the question, or where `inside` brought them. */
  readonly points: readonly Float32Array[];
  /** For each, its loss, which the attacker wants high; with access "label" 1 where it reaches the goal, else 0. */
  readonly values: Float32Array;
}

/** What a generator yields that asks on behalf of a search; `T` is what it returns. */
export type Searching<T> = Generator<SearchQuestion, T, SearchAnswer>;

/** One sample, as a search sees it. */
export interface SearchSample<P> {
  /** The unperturbed input. */
  readonly x: Float32Array;
  /** Where to begin, if that was said. */
  readonly start: Float32Array | undefined;
  /** Values are in this order. What is no image is one column. */
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly norm: Norm;
  /** The size of the ball; infinite where the nearest point is looked for. */
  readonly eps: number;
  readonly bounds: Bounds;
  readonly params: P;
  /** The sample's random numbers of one purpose and one step. */
  random(purpose: string, step?: number): KeyedRandom;
}

/** An attack that looks at one sample at a time, as its author writes it; see {@link defineSearch}. */
export interface SearchDefinition<A extends "label" | "score", S extends ParamSchema> extends Omit<
  AttackDefinition<A, S>,
  "run" | "loop"
> {
  /** About how many points it asks about, for progress. */
  queries(params: ParamsOf<S>): number;
  /** What `values` of an answer are where scores are seen. @defaultValue "margin" */
  loss?(params: ParamsOf<S>): LossName;
  /** How often to start again on the samples that are left. @defaultValue once */
  restarts?(params: ParamsOf<S>): number;
  /** Yields questions, and gets their answers. Nothing but numbers: no tensors, nothing to await. */
  search(sample: SearchSample<ParamsOf<S>>): Searching<void>;
}

/**
 * Makes a black-box attack from what it does with one sample, written as a generator that yields points and gets back what
 * the model says of them. The driver asks about the points of all samples of a batch together, drops samples that are
 * decided, and stops on abort and at the budget; what becomes of a sample cannot depend on the others.
 *
 * @example
 * ```ts
 * const noise = defineSearch({
 *   ...,
 *   access: "label",
 *   queries: ({ draws }) => draws,
 *   *search({ x, eps, params, random }) {
 *     for (let i = 0; i < params.draws; i++) {
 *       const noise = random("noise", i).uniform(new Float32Array(x.length), -eps, eps);
 *       yield { points: [x.map((value, j) => value + noise[j]!)], inside: true };
 *     }
 *   },
 * });
 * ```
 */
export function defineSearch<A extends "label" | "score", const S extends ParamSchema>(
  definition: SearchDefinition<A, S>,
): AttackMaker<S> {
  const { queries, loss, restarts, search, ...description } = definition;
  return defineAttack<A, S>({
    ...description,
    async run(start) {
      const { params } = start;
      const count = restarts?.(params) ?? 1;
      const ask = { loss: loss?.(params) ?? "margin", total: queries(params) } as const;
      const loop = beginLoop(start);
      for (let round = loop?.kept?.round ?? 0; round < count; round++) {
        const begun = start.with({ restart: start.restart * count + round, part: [round, count] });
        const kept = loop?.kept?.round === round ? loop.kept : undefined;
        const ctx = (kept ? loop!.resume(begun) : begun.narrow({}).ctx) as unknown as Context<ParamsOf<S>>;
        if (ctx.ids.length === 0) return;
        const samples = await samplesOf(ctx);
        const diary = loop && new Diary(ctx.ids, kept?.state);
        await drive(
          ctx,
          samples.map((sample) => search(sample)),
          { ...ask, diary, keep: (ids, asked) => loop?.keep(ids, { round, step: asked }, {}, () => diary!.read(ids)) },
          kept?.step ?? 0,
        );
      }
    },
  });
}

// Which of the two it is, the oracle says itself.
type Context<P> = Omit<RunContext, "oracle" | "params" | "narrow"> & {
  readonly oracle: LabelOracle & Partial<ScoreOracle>;
  readonly params: P;
  narrow(state: object): { readonly ctx: Context<P> };
};

interface Asking {
  readonly loss: LossName;
  readonly total: number;
  /** What was answered so far, where somebody keeps the run. */
  readonly diary: Diary | undefined;
  /** Awaited when all that was asked is answered. */
  readonly keep: (ids: Int32Array, asked: number) => Promise<void> | undefined;
}

async function samplesOf<P>(ctx: Context<P>): Promise<SearchSample<P>[]> {
  const { x, start, ids, threat, params } = ctx;
  const values = await x.data<"float32">();
  const starts = await start?.data<"float32">();
  const size = x.size / ids.length;
  const valuesOf = (all: Float32Array, row: number): Float32Array => all.slice(row * size, (row + 1) * size);
  return Array.from(ids, (id, row) => ({
    x: valuesOf(values, row),
    start: starts && valuesOf(starts, row),
    shape: imageShapeOf(x),
    norm: threat.norm,
    eps: threat.sizes[row]!,
    bounds: threat.bounds,
    params,
    random: (purpose, step) => ctx.random(purpose, id, step),
  }));
}

/**
 * Asks and answers until every search is at its end or its sample decided.
 *
 * @param before how many points each sample has been asked about before, whose answers are in the diary
 */
async function drive<P>(
  start: Context<P>,
  searches: readonly Searching<void>[],
  asking: Asking,
  before: number,
): Promise<void> {
  const { diary, keep, total } = asking;
  let ctx = start;
  let open = new Map<number, Asked>();
  for (const [row, search] of searches.entries()) next(open, ctx.ids[row]!, search, search.next());
  while (diary?.isAhead() === true) {
    await repeat(ctx, open, diary);
    open = goOn(open, ctx.ids);
  }
  let asked = before;
  while (open.size > 0 && ctx.ids.length > 0) {
    const most = Math.max(...[...open.values()].map(({ question }) => question.points.length));
    await answer(ctx, open, asking, Math.min(1, asked / total));
    asked += most;
    ({ ctx } = ctx.narrow({}));
    open = goOn(open, ctx.ids);
    await keep(ctx.ids, asked);
  }
  await ctx.tick(1);
}

/** Gives the searches of samples that are still there their answers. */
function goOn(answered: ReadonlyMap<number, Asked>, ids: Int32Array): Map<number, Asked> {
  const still = new Set(ids);
  const open = new Map<number, Asked>();
  for (const [id, { search, question, values, points }] of answered) {
    if (still.has(id))
      next(open, id, search, search.next({ points: question.inside ? points : question.points, values }));
  }
  return open;
}

/** A question, and what has been answered of it. */
interface Asked {
  readonly search: Searching<void>;
  readonly question: SearchQuestion;
  readonly points: Float32Array[];
  readonly values: Float32Array;
}

function next(
  open: Map<number, Asked>,
  id: number,
  search: Searching<void>,
  { done, value: question }: IteratorResult<SearchQuestion, void>,
): void {
  if (done !== true && question !== undefined) {
    open.set(id, { search, question, points: [], values: new Float32Array(question.points.length) });
  }
}

/** A point of a question. */
interface Place {
  readonly row: number;
  readonly asked: Asked;
  readonly at: number;
}

/** Answers all open questions, in calls of the model that are not too large. */
async function answer<P>(
  ctx: Context<P>,
  open: ReadonlyMap<number, Asked>,
  { loss, diary }: Asking,
  fraction: number,
): Promise<void> {
  for (const isInside of [true, false]) {
    for (const places of callsOf(ctx, open, isInside)) {
      await answerCall(ctx, places, isInside, loss);
      await ctx.tick(fraction);
    }
  }
  for (const [id, { values }] of open) diary?.note(id, values);
}

/** Answers all open questions as they were answered before, without asking the model. */
async function repeat<P>(ctx: Context<P>, open: ReadonlyMap<number, Asked>, diary: Diary): Promise<void> {
  for (const places of callsOf(ctx, open, true)) {
    const points = tf.tidy(() => project(ctx, pointsOf(ctx, places), rowsOf(places)));
    const where = await points.data<"float32">().finally(() => points.dispose());
    tellWhere(places, where);
  }
  for (const [id, { values }] of open) values.set(diary.again(id, values.length));
}

/** The points of the open questions of one kind, those of one call of the model together. */
function callsOf<P>(ctx: Context<P>, open: ReadonlyMap<number, Asked>, isInside: boolean): Place[][] {
  const places = Array.from(ctx.ids).flatMap((id, row): Place[] => {
    const asked = open.get(id);
    if (asked === undefined || (asked.question.inside ?? false) !== isInside) return [];
    return asked.question.points.map((_, at) => ({ row, asked, at }));
  });
  const limit = Math.max(1, Math.floor((CALL_BYTES * ctx.ids.length) / (4 * ctx.x.size)));
  return Array.from({ length: Math.ceil(places.length / limit) }, (_, i) => places.slice(i * limit, (i + 1) * limit));
}

async function answerCall<P>(
  ctx: Context<P>,
  places: readonly Place[],
  isInside: boolean,
  loss: LossName,
): Promise<void> {
  const rows = rowsOf(places);
  const points = tf.tidy(() => {
    const given = pointsOf(ctx, places);
    return isInside ? project(ctx, given, rows) : given;
  });
  try {
    const told = await tell(ctx, points, rows, loss);
    const reading = told.data<"float32">().finally(() => told.dispose());
    const [where, what] = await Promise.all([isInside ? points.data<"float32">() : undefined, reading]);
    if (where !== undefined) tellWhere(places, where);
    const worth = worthOf(ctx.oracle, loss, goalOf(ctx.goal, rows), what);
    for (const [i, { asked, at }] of places.entries()) {
      asked.values[at] = worth[i]!;
    }
  } finally {
    points.dispose();
  }
}

function rowsOf(places: readonly Place[]): Int32Array {
  return Int32Array.from(places, ({ row }) => row);
}

function pointsOf<P>({ x, ids }: Context<P>, places: readonly Place[]): tf.Tensor {
  const size = x.size / ids.length;
  const values = new Float32Array(places.length * size);
  for (const [i, { asked, at }] of places.entries()) values.set(asked.question.points[at]!, i * size);
  return tf.tensor(values, [places.length, ...x.shape.slice(1)]);
}

/** Takes note of where points lie that were brought into ball and box. */
function tellWhere(places: readonly Place[], where: Float32Array): void {
  const size = where.length / places.length;
  for (const [i, { asked, at }] of places.entries()) asked.points[at] = where.slice(i * size, (i + 1) * size);
}

function project<P>({ x, geometry, threat }: Context<P>, points: tf.Tensor, rows: Int32Array): tf.Tensor {
  const isAsTheyAre = rows.length === x.shape[0] && rows.every((row, i) => row === i);
  // The context's own inputs: such points are known to be inside.
  if (isAsTheyAre) return geometry.project(points, x, threat.eps, threat.bounds);
  const eps = typeof threat.eps === "number" ? threat.eps : gatherRows(threat.eps, rows);
  return geometry.project(points, gatherRows(x, rows), eps, threat.bounds);
}

/** What is read back: classes, or logits where the margin is asked for, or another loss. */
function tell<P>(
  { oracle, ids, goal }: Context<P>,
  points: tf.Tensor,
  rows: Int32Array,
  loss: LossName,
): Promise<tf.Tensor> {
  const { logitsAsync } = oracle;
  if (logitsAsync === undefined) return oracle.labelsAsync(points, idsOf(ids, rows));
  if (loss === "margin") return logitsAsync(points, idsOf(ids, rows));
  return askLosses({ oracle: { logitsAsync }, ids, goal }, points, rows, loss);
}

/** What a search is told, from what {@link tell} gave of each row of a goal. */
function worthOf<P>({ logits }: Context<P>["oracle"], loss: LossName, goal: Goal, told: Float32Array): Float32Array {
  if (logits === undefined) return Float32Array.from(told, (predicted, row) => Number(reaches(goal, row, predicted)));
  return loss === "margin" ? Float32Array.from(verdictsOf(told, goal), ({ margin }) => margin) : told;
}

/** Of points in one call of the model. */
const CALL_BYTES = 4_194_304;

/**
 * Asks about many points, some at a time, so that they need not be kept.
 *
 * @param make makes the point of this number
 * @param use receives each with its value
 */
export function* askMany(
  count: number,
  make: (i: number) => Float32Array,
  use: (value: number, i: number, point: Float32Array) => void,
  inside = false,
): Searching<void> {
  for (let from = 0; from < count; from += BLOCK) {
    const points = Array.from({ length: Math.min(BLOCK, count - from) }, (_, i) => make(from + i));
    const told = yield { points, inside };
    for (const [i, value] of told.values.entries()) use(value, from + i, told.points[i]!);
  }
}

const BLOCK = 32;
