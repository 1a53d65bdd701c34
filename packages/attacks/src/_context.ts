import { breathe, InputError, keyedRandom } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { Meter } from "./_meter.ts";
import { gatherRows, rowsWhere } from "./_rows.ts";
import type { AttackPlugin, NestedRunOptions, RunContext, State } from "./attack.ts";
import type { Geometry } from "./geometry.ts";
import { goalOf, type Goal } from "./goal.ts";
import { resolveParams, type Params } from "./params.ts";
import type { ThreatModel } from "./threat-model.ts";

/** What all contexts of one batch share. */
export interface BatchRun {
  readonly meter: Meter;
  readonly threat: ThreatModel;
  readonly geometry: Geometry;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  /** Receives the share of the attack that is done, 0 to 1. */
  readonly onFraction: (fraction: number) => void;
  /** Gathered inputs of contexts; disposed with the batch at the latest. */
  readonly owned: Set<tf.Tensor>;
}

/** What one context adds to its batch. */
export interface Frame {
  readonly attack: AttackPlugin;
  readonly params: Params;
  readonly x: tf.Tensor;
  readonly ids: Int32Array;
  readonly goal: Goal;
  readonly restart: number;
  /** The part of the whole attack's progress that this context covers. */
  readonly span: readonly [start: number, length: number];
}

/** The context that an attack's `run` receives. */
export function contextOf(run: BatchRun, frame: Frame): RunContext {
  const { meter, threat, geometry, seed } = run;
  const { attack, x, ids, goal, params, restart, span } = frame;
  return {
    x,
    ids,
    goal,
    threat,
    geometry: {
      ...geometry,
      project(points, center, rules) {
        const projected = geometry.project(points, center, rules);
        if (center === x && rules === threat) meter.trust(projected, ids);
        return projected;
      },
    },
    params,
    restart,
    oracle: meter.oracle(attack.access) as RunContext["oracle"],
    random: (purpose, id, step = 0) => keyedRandom(seed, attack.id, purpose, restart, id, step),
    async tick(fraction = 0) {
      await meter.settle();
      run.onFraction(span[0] + span[1] * fraction);
      await breathe(run.signal);
    },
    narrow(state) {
      const rows = activeRows(run, ids);
      if (rows.length === ids.length) return { ctx: this, state };
      const next = { ...frame, x: takeRows(run, x, rows), ids: rows.map((row) => ids[row]!), goal: goalOf(goal, rows) };
      const narrowed = narrowState(state, rows, x);
      disposeOwned(run, x);
      return { ctx: contextOf(run, next), state: narrowed };
    },
    run: (inner, options) => runNested(run, frame, inner, options),
  };
}

async function runNested(
  run: BatchRun,
  frame: Frame,
  inner: AttackPlugin,
  options: NestedRunOptions = {},
): Promise<void> {
  const { params, restart = frame.restart, part = [0, 1] } = options;
  if (ACCESS_RANK[inner.access] > ACCESS_RANK[frame.attack.access]) {
    throw new InputError(
      `The attack ${frame.attack.id} declares access "${frame.attack.access}" but runs ${inner.id}, which needs ` +
        `"${inner.access}". Declare the larger access.`,
    );
  }
  const rows = activeRows(run, frame.ids);
  if (rows.length === 0) return;
  const x = takeRows(run, frame.x, rows);
  const length = frame.span[1] / part[1];
  const nested: Frame = {
    attack: inner,
    params: resolveParams(inner.id, inner.params, params),
    x,
    ids: rows.map((row) => frame.ids[row]!),
    goal: goalOf(frame.goal, rows),
    restart,
    span: [frame.span[0] + part[0] * length, length],
  };
  try {
    await inner.run(contextOf(run, nested));
  } finally {
    disposeOwned(run, x);
  }
}

const ACCESS_RANK = { label: 0, score: 1, gradient: 2 };

function activeRows(run: BatchRun, ids: Int32Array): Int32Array {
  return rowsWhere(ids.length, (row) => run.meter.isActive(ids[row]!));
}

function takeRows(run: BatchRun, x: tf.Tensor, rows: Int32Array): tf.Tensor {
  const taken = gatherRows(x, rows);
  run.owned.add(taken);
  return taken;
}

function disposeOwned(run: BatchRun, x: tf.Tensor): void {
  if (run.owned.delete(x)) x.dispose();
}

/** The input of the context may be part of the state, but is not the attack's to dispose. */
function narrowState<S extends State>(state: S, rows: Int32Array, input: tf.Tensor): S {
  const narrowed = Object.entries(state).map(([name, tensor]) => [name, gatherRows(tensor, rows)]);
  for (const tensor of new Set(Object.values(state))) {
    if (tensor !== input) tensor.dispose();
  }
  return Object.fromEntries(narrowed) as S;
}
