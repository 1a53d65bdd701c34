import { InputError, type ParamSchema, type ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { defineAttack, type AttackDefinition, type AttackLoop, type AttackMaker } from "./attack.ts";
import type { RunContext, State } from "./context.ts";
import type { Access } from "./oracle.ts";
import { beginLoop } from "../runtime/snapshot/going-on.ts";
import { readState, tensorsOf } from "../runtime/snapshot/loop-state.ts";
import { tickAndRead } from "./tick-and-read.ts";

/** The state of an iterative attack: its points `x`, and whatever else it carries along, one row per sample. */
export type IterateState<K extends string = string> = Readonly<Record<K | "x", tf.Tensor>>;

/** An attack that repeats a step. All functions are synchronous and run inside `tf.tidy`. */
export interface IterativeDefinition<A extends Access, S extends ParamSchema, K extends string> extends Omit<
  AttackDefinition<A, S>,
  "run" | "loop"
> {
  /** The number of steps. */
  steps(params: ParamsOf<S>): number;
  /**
   * How often to start again on the samples that are left.
   *
   * @defaultValue once
   */
  restarts?(params: ParamsOf<S>): number;
  /**
   * How many of the restarts begin at `start`, where one was given: as many as go different ways from there.
   *
   * @defaultValue 1
   */
  readonly runsFromStart?: number;
  /** The state before the first step. */
  init(ctx: RunContext<A, ParamsOf<S>>): IterateState<K>;
  /** The state after step `t`, from 0. Tensors of the old state that are not in the new one are disposed. */
  step(ctx: RunContext<A, ParamsOf<S>>, state: IterateState<K>, t: number): IterateState<K>;
  /**
   * After step `t`: not 0 at rows that need no further step, `[n]`. It is read back, so give it only where it may say
   * something new.
   *
   * @defaultValue all rows take all steps
   */
  done?(ctx: RunContext<A, ParamsOf<S>>, state: IterateState<K>, t: number): tf.Tensor | undefined;
}

/**
 * Makes an attack from its first state and its step. The driver owns memory, drops samples that are decided, asks about
 * the last point too, and stops early, on abort and at the budget.
 *
 * @example
 * ```ts
 * const attack = defineIterative({
 *   ...,
 *   steps: ({ steps }) => steps,
 *   init: ({ x }) => ({ x }),
 *   step({ x: clean, ids, oracle, geometry, threat }, { x }) {
 *     const { gradient } = oracle.lossAndGradient(x, ids, "margin");
 *     const moved = tf.add(x, tf.mul(geometry.steepest(gradient), 0.01));
 *     return { x: geometry.project(moved, clean, threat.eps, threat.bounds) };
 *   },
 * });
 * ```
 */
export function defineIterative<A extends Access, const S extends ParamSchema, K extends string>(
  definition: IterativeDefinition<A, S, K>,
): AttackMaker<S> {
  const { steps, restarts, runsFromStart = 1, init, step, done, ...description } = definition;
  return defineAttack<A, S>({
    ...description,
    loop: (params) => ({ steps: steps(params), init, step }) as unknown as AttackLoop,
    async run(start) {
      const count = restarts?.(start.params) ?? 1;
      const total = steps(start.params);
      const loop = beginLoop(start);
      for (let round = loop?.kept?.round ?? 0; round < count; round++) {
        const begun = start.with({
          restart: start.restart * count + round,
          part: [round, count],
          isLater: round >= runsFromStart,
        });
        const kept = loop?.kept?.round === round ? loop.kept : undefined;
        let state = kept && (tensorsOf(kept.state) as IterateState<K>);
        let ctx = kept ? loop!.resume(begun, state) : begun.narrow({}).ctx;
        if (ctx.ids.length === 0) return;
        state ??= tf.tidy(() => checkState(init(ctx), ctx.ids.length));
        try {
          for (let t = kept?.step ?? 0; t < total && ctx.ids.length > 0; t++) {
            const next = tf.tidy(() => checkState(step(ctx, state!, t), ctx.ids.length));
            disposeExcept(state, [...Object.values(next), ...inputsOf(ctx)]);
            state = next;
            const finished = tf.tidy(() => share(done?.(ctx, state!, t)));
            ({ ctx, state } = ctx.narrow(state, await tickAndRead(ctx, (t + 1) / total, finished)));
            await loop?.keep(ctx.ids, { round, step: t + 1 }, state, readState);
          }
          // The last point has not been asked about yet.
          if (ctx.ids.length > 0) tf.tidy(() => void ctx.oracle.labels(state!.x, ctx.ids));
          await ctx.tick(1);
        } finally {
          disposeExcept(state, inputsOf(ctx));
        }
      }
    },
  });
}

/** A tensor of its own, since what was given may be part of the state. */
function share(tensor: tf.Tensor | undefined): tf.Tensor | undefined {
  return tensor && tf.reshape(tensor, [-1]);
}

/** Tensors of the context, which are not the attack's. */
function inputsOf({ x, start = x }: Pick<RunContext<Access>, "x" | "start">): readonly tf.Tensor[] {
  return [x, start];
}

function checkState<T extends State>(state: T, n: number): T {
  for (const [name, tensor] of Object.entries(state)) {
    if (tensor.shape[0] === n) continue;
    throw new InputError(
      `The attack's state ${name} has shape [${tensor.shape.join(", ")}] for ${n} samples. ` +
        "The first size of each state tensor is the number of samples.",
    );
  }
  return state;
}

/** Disposes the tensors of a state, but for some. */
export function disposeExcept(state: State, kept: readonly tf.Tensor[]): void {
  const still = new Set(kept);
  for (const tensor of new Set(Object.values(state))) {
    if (!still.has(tensor)) tensor.dispose();
  }
}
