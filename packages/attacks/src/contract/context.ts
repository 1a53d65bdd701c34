import type { KeyedRandom, Params } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { Goal } from "../losses/goal.ts";
import type { Bounds } from "../norms/bounds.ts";
import type { Norm } from "../norms/index.ts";
import type { Geometry, Radius } from "../norms/norm.ts";
import type { Attack } from "./attack.ts";
import type { Access, OracleFor } from "./oracle.ts";

/** Tensors that run along the samples: the first size of each is the number of samples. */
export type State = Readonly<Record<string, tf.Tensor>>;

/** What an attack is after: any adversarial point inside the ball, or the nearest one. */
export type Aim = "within-eps" | "nearest";

/** The ball of a context's attack; that of a nested run may be smaller than that of the whole run. */
export interface ContextThreat {
  readonly norm: Norm;
  /** Infinite where a minimum-norm attack is after the nearest point. */
  readonly eps: Radius;
  /** The same numbers, one for each row. */
  readonly sizes: Float32Array;
  readonly bounds: Bounds;
}

/** The best points that the oracle has seen. Arrays run along the rows of the context. */
export interface BestPoints {
  /** The nearest adversarial point of each row, or its first one, as the aim is; else the one of highest margin. The caller's. */
  readonly x: tf.Tensor;
  /** From the input to `x`. */
  readonly distance: Float32Array;
  /** 1 where `x` is adversarial. */
  readonly found: Uint8Array;
}

/** What an attack works with: some samples, the model as far as it may be seen, and the rules. Nothing of it can be changed. */
export interface RunContext<A extends Access = "gradient", P extends Params = Params> {
  /** The unperturbed inputs, `[n, ...]`. Not to be disposed. */
  readonly x: tf.Tensor;
  /**
   * Where to begin in place of `x` or a random point, `[n, ...]`, if that was said; restarts after the first begin where they like
   * to. Not to be disposed.
   */
  readonly start: tf.Tensor | undefined;
  /** The sample of each row: what the oracle and the random numbers go by. */
  readonly ids: Int32Array;
  /** What losses by name go for. Its arrays run along the rows. */
  readonly goal: Goal;
  /** What counts as success: the goal of the whole run, which is another one where a nested run goes for given targets. */
  readonly success: Goal;
  /** That of a nested run may be less than that of the whole run. */
  readonly aim: Aim;
  readonly threat: ContextThreat;
  readonly geometry: Geometry;
  readonly params: Readonly<P>;
  readonly oracle: OracleFor<A>;
  /** 0 in the first run of an attack, counted up by restarts. */
  readonly restart: number;
  /** The random numbers of one sample, one purpose and one step; they depend on nothing else in the batch. */
  random(purpose: string, id: number, step?: number): KeyedRandom;
  /** How many queries a sample has left; infinite without a budget. */
  left(id: number): number;
  /** How many queries a sample has had. */
  asked(id: number): number;
  /** The distance of a sample's nearest adversarial point so far; infinite without one, or where the aim is another. */
  nearest(id: number): number;
  /** The best point of each row so far. Costs no query. */
  best(): Promise<BestPoints>;
  /**
   * To be awaited after each step. Reads back the few numbers that the oracle needs, reports progress, lets the event
   * loop run, and throws when the run was aborted.
   *
   * @param fraction how much of the attack is done, 0 to 1
   */
  tick(fraction?: number): Promise<void>;
  /**
   * Drops the samples that are decided: gathers the rows of the others in the context's own tensors and in `state`,
   * whose old tensors are disposed. Returns its arguments unchanged when nobody left.
   *
   * @param done not 0 at rows that the attack itself has finished: they leave too
   */
  narrow<S extends State>(state: S, done?: ArrayLike<number>): { readonly ctx: RunContext<A, P>; readonly state: S };
  /**
   * The same context with something changed. What is changed stays changed in all that comes of it: after `narrow`, in
   * restarts, in nested runs. So an oracle that is wrapped here is the one that an inner attack asks.
   */
  with(changes: ContextChanges<A>): RunContext<A, P>;
  /**
   * Runs another attack on the samples that are not decided yet, with something changed. What it found is in `best()`.
   *
   * @throws InputError when the oracle has not the functions that the attack needs, or the attack cannot be targeted
   */
  run(attack: Attack, changes?: NestedRun): Promise<void>;
  /**
   * Runs another attack several times, with other targets, side by side: each sample has a row in each of the runs, so that
   * calls of the model stay wide where few samples stand. A sample leaves all of them when one of them breaks it. Batches grow
   * no larger than those of the whole run: samples take turns. To the attack rows are like samples; their ids are not
   * those of this context.
   *
   * @throws InputError as `run` does
   */
  runTogether(attack: Attack, runs: readonly SideRun[], changes?: Pick<ContextChanges, "part">): Promise<void>;
}

/** One of several runs side by side. */
export interface SideRun {
  /** Tells its random numbers from those of the others: a small whole number. */
  readonly index: number;
  /** As in {@link NestedRun}; all of the runs have some, or none. */
  readonly targets?: Int32Array | undefined;
}

/** What `with` of a {@link RunContext} can change. */
export interface ContextChanges<A extends Access = "gradient"> {
  /**
   * Functions in place of those of the oracle. One that asks the oracle of the context is counted there. Where `logits` is
   * given and `labels` is not, labels follow from it.
   */
  readonly oracle?: Partial<OracleFor<A>> | undefined;
  readonly restart?: number | undefined;
  /** Which part of the context's own progress this is: `[2, 5]` is the third of five. */
  readonly part?: readonly [index: number, count: number] | undefined;
  /** Tells the random numbers from those of other runs of the same attack at the same restart. */
  readonly stream?: string | undefined;
  /**
   * Whether it is one of several runs and not the first, which alone begins at `start`: the others would only repeat it.
   *
   * @defaultValue false
   */
  readonly isLater?: boolean | undefined;
}

/** What `run` of a {@link RunContext} can change. Arrays and tensors run along the rows of the context. */
export interface NestedRun extends ContextChanges {
  /** Where to begin. Stays the caller's. */
  readonly start?: tf.Tensor | undefined;
  /**
   * The classes that losses go for. What counts as success stays the goal of the whole run, so that any wrong class that is
   * met on the way to a target ends an untargeted attack.
   */
  readonly targets?: Int32Array | undefined;
  /** Smaller balls, one size for all rows or one for each. Samples leave when they are broken within them. */
  readonly eps?: number | Float32Array | undefined;
  /** `"within-eps"` where any point inside the balls will do: samples leave as soon as there is one. */
  readonly aim?: "within-eps" | undefined;
}
