import { breathe, InputError, keyedRandom, type Params } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Attack } from "../contract/attack.ts";
import type { ContextChanges, RunContext, State } from "../contract/context.ts";
import type { Access, GradientOracle, OracleFor, ScoreOracle } from "../contract/oracle.ts";
import { goalOf, type Goal } from "../losses/goal.ts";
import type { Geometry } from "../norms/norm.ts";
import type { Meter } from "./meter.ts";
import type { Run } from "./open-run.ts";
import { gatherRows, rowsWhere } from "./rows.ts";

/** What all contexts of one batch share. */
export interface Stage {
  readonly run: Run;
  readonly meter: Meter;
  /** Receives the share of the attack that is done, 0 to 1. */
  readonly onFraction: (fraction: number) => void;
  /** Inputs of contexts; disposed with the batch at the latest. */
  readonly owned: Set<tf.Tensor>;
}

/** What tells one context of a batch from another. */
export interface Frame {
  readonly attack: Attack;
  readonly params: Params;
  readonly x: tf.Tensor;
  /** Whether `x` was gathered for this context alone, which may dispose it. */
  readonly ownsX: boolean;
  readonly ids: Int32Array;
  readonly goal: Goal;
  readonly oracle: OracleFor<Access>;
  readonly restart: number;
  readonly stream: string;
  /** The part of the whole attack's progress that this context covers. */
  readonly span: readonly [start: number, length: number];
}

/** The context that an attack's `run` receives. */
export function contextOf(stage: Stage, frame: Frame): RunContext {
  const { run, meter } = stage;
  const { attack, params, x, ids, goal, restart, span } = frame;
  const key = attack.id + frame.stream;
  const context: RunContext = Object.freeze<RunContext>({
    x,
    ids,
    goal,
    threat: run.threat,
    geometry: trusting(stage, frame),
    params,
    restart,
    oracle: frame.oracle as GradientOracle,
    random: (purpose, id, step = 0) => keyedRandom(run.seed, key, purpose, restart, id, step),
    async tick(fraction = 0) {
      await meter.settle();
      stage.onFraction(span[0] + span[1] * fraction);
      await breathe(run.signal);
    },
    narrow(state) {
      const rows = activeRows(stage, ids);
      if (rows.length === ids.length) return { ctx: context, state };
      const next = contextOf(stage, frameOf(stage, frame, rows));
      const narrowed = narrowState(state, rows, x);
      if (frame.ownsX && stage.owned.delete(x)) x.dispose();
      return { ctx: next, state: narrowed };
    },
    with: (changes) => contextOf(stage, { ...changed(frame, changes), ownsX: false }),
    async run(inner, changes = {}) {
      const rows = activeRows(stage, ids);
      if (rows.length === 0) return;
      const base = changed(frame, changes);
      const oracle = restrict(base.oracle, inner, attack);
      const nested = frameOf(stage, { ...base, attack: inner, params: inner.params, oracle }, rows);
      try {
        await inner.run(contextOf(stage, nested));
      } finally {
        if (stage.owned.delete(nested.x)) nested.x.dispose();
      }
    },
  });
  return context;
}

/** Points that a geometry has projected around the context's own inputs need not be looked at once more. */
function trusting({ run: { geometry, threat }, meter }: Stage, { x, ids }: Frame): Geometry {
  return {
    ...geometry,
    project(points, center, eps, bounds) {
      const projected = geometry.project(points, center, eps, bounds);
      if (center === x && eps === threat.eps && bounds === threat.bounds) meter.trust(projected, ids);
      return projected;
    },
  };
}

function changed(frame: Frame, { oracle, restart = frame.restart, part = [0, 1], stream = "" }: ContextChanges): Frame {
  const length = frame.span[1] / part[1];
  return {
    ...frame,
    restart,
    stream: frame.stream + stream,
    span: [frame.span[0] + part[0] * length, length],
    oracle: oracle === undefined ? frame.oracle : replaced(frame.oracle, oracle),
  };
}

function replaced(oracle: OracleFor<Access>, changes: Partial<GradientOracle>): OracleFor<Access> {
  const { logits, labels } = changes;
  const follows: Partial<GradientOracle> =
    logits !== undefined && labels === undefined
      ? { labels: (x, ids) => tf.tidy(() => tf.argMax(logits(x, ids), 1) as tf.Tensor1D) }
      : {};
  return Object.freeze({ ...oracle, ...follows, ...changes });
}

/** An inner attack sees what it declared, and only if there is that much to see. */
function restrict(oracle: OracleFor<Access>, inner: Attack, outer: Attack): OracleFor<Access> {
  const { labels, logits, lossAndGradient } = oracle as Partial<GradientOracle>;
  const seen = {
    labels,
    ...(inner.access !== "label" && { logits }),
    ...(inner.access === "gradient" && { lossAndGradient }),
  };
  if (Object.values(seen).every((each) => each !== undefined)) return Object.freeze(seen) as ScoreOracle;
  throw new InputError(
    `The attack ${outer.id} declares access "${outer.access}" but runs ${inner.id}, which needs "${inner.access}". ` +
      "Declare the larger access, or give ctx.run an oracle that offers it.",
  );
}

/** Some rows of a frame, in tensors of their own. */
function frameOf(stage: Stage, frame: Frame, rows: Int32Array): Frame {
  const x = gatherRows(frame.x, rows);
  stage.owned.add(x);
  const ids = rows.map((row) => frame.ids[row]!);
  return { ...frame, x, ownsX: true, ids, goal: goalOf(frame.goal, rows) };
}

function activeRows({ meter }: Stage, ids: Int32Array): Int32Array {
  return rowsWhere(ids.length, (row) => meter.isActive(ids[row]!));
}

/** The input of the context may be part of the state, but is not the attack's to dispose. */
function narrowState<S extends State>(state: S, rows: Int32Array, input: tf.Tensor): S {
  const narrowed = Object.entries(state).map(([name, tensor]) => [name, gatherRows(tensor, rows)]);
  for (const tensor of new Set(Object.values(state))) {
    if (tensor !== input) tensor.dispose();
  }
  return Object.fromEntries(narrowed) as S;
}
