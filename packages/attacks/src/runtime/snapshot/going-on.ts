import { InputError } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { State } from "../../contract/context.ts";
import type { Meter } from "../meter.ts";
import type { Journal, KeptLoop } from "./journal.ts";
import type { Keeper } from "./keeper.ts";
import type { LoopState } from "./loop-state.ts";

/** Who keeps the run that a context belongs to. */
export interface Keeping {
  readonly keeper: Keeper;
  readonly journal: Journal;
  readonly meter: Meter;
  /** The samples that the meter knows, from ids of the context. */
  readonly samplesOf: (ids: Int32Array) => Int32Array;
}

/** A loop of an attack that can be stopped and go on. */
export interface Loop {
  /** Where to go on, if it was stopped. */
  readonly kept: KeptLoop | undefined;
  /**
   * Tells the oracle what it knew when the loop was stopped.
   *
   * @returns the context with the samples that the loop still worked on
   */
  resume<C extends Narrowing>(ctx: C, state?: Readonly<Record<string, tf.Tensor>>): C;
  /** Says how far the loop is, after a tick; its state is read only if a snapshot is due. */
  keep(
    ids: Int32Array,
    at: { readonly round: number; readonly step: number },
    state: State,
    read: (state: State) => Promise<LoopState>,
  ): Promise<void>;
}

interface Narrowing {
  readonly ids: Int32Array;
  narrow(state: object, done?: ArrayLike<number>): { readonly ctx: unknown };
}

const keepings = new WeakMap<object, Keeping>();

/** Remembers who keeps the run that this context belongs to. */
export function noteKeeping(ctx: object, keeping: Keeping): void {
  keepings.set(ctx, keeping);
}

/** Begins a loop on a context that the runtime made. Nothing, where nobody keeps the run. */
export function beginLoop(ctx: object): Loop | undefined {
  const keeping = keepings.get(ctx);
  if (keeping === undefined) return undefined;
  const { keeper, journal, meter, samplesOf } = keeping;
  const { ordinal, kept } = journal.beginLoop();
  return {
    kept,
    resume(from, state = {}) {
      kept!.restore(meter);
      const still = new Set(kept!.ids);
      const { ctx: narrowed } = from.narrow(
        {},
        from.ids.map((id) => Number(!still.has(id))),
      ) as { readonly ctx: typeof from };
      if (narrowed.ids.length !== kept!.ids.length) refuseSamples();
      for (const name of kept!.trusted) meter.trust(state[name]!, samplesOf(narrowed.ids));
      return narrowed;
    },
    async keep(ids, at, state, read) {
      if (ids.length === 0) return;
      const trusted = Object.keys(state).filter((name) => meter.isTrusted(state[name]!, samplesOf(ids)));
      await keeper.offer({ ...at, ordinal, ids, trusted, read: () => read(state) });
    },
  };
}

function refuseSamples(): never {
  throw new InputError("The snapshot was made while other samples stood. Start again without the snapshot.");
}
