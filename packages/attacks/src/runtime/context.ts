import { breathe, InputError, keyedRandom, type Params } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Attack } from "../contract/attack.ts";
import type { Aim, ContextChanges, ContextThreat, NestedRun, RunContext, SideRun, State } from "../contract/context.ts";
import type { Access, GradientOracle, OracleFor } from "../contract/oracle.ts";
import { goalOf, type Goal } from "../losses/goal.ts";
import { perSampleLoss } from "../losses/index.ts";
import type { Geometry } from "../norms/norm.ts";
import { isWithin } from "../norms/rows.ts";
import { groupsOf, Lanes } from "./lanes.ts";
import type { Meter } from "./meter.ts";
import type { Run } from "./open-run.ts";
import { replaced, restrict } from "./oracles.ts";
import { gatherRows, rowsWhere, share } from "./rows.ts";
import { noteKeeping } from "./snapshot/going-on.ts";
import type { Journal } from "./snapshot/journal.ts";
import type { Keeper } from "./snapshot/keeper.ts";

/** What all contexts of one batch share. */
export interface Stage {
  readonly run: Run;
  readonly meter: Meter;
  /** Receives the share of the attack that is done, 0 to 1. */
  readonly onFraction: (fraction: number) => void;
  /** Tensors of contexts; disposed with the batch at the latest. */
  readonly owned: Set<tf.Tensor>;
  /** Where somebody wants snapshots, or gave one. */
  readonly keeper: Keeper | undefined;
}

/** What tells one context of a batch from another. */
export interface Frame {
  readonly attack: Attack;
  readonly params: Params;
  readonly x: tf.Tensor;
  readonly start: tf.Tensor | undefined;
  /** The size of each row's ball, and the same as attacks compute with it. */
  readonly threat: ContextThreat;
  readonly ids: Int32Array;
  /** The samples that the meter knows, from ids of this frame: the same list for the same list. */
  readonly samplesOf: (ids: Int32Array) => Int32Array;
  readonly goal: Goal;
  readonly success: Goal;
  readonly aim: Aim;
  readonly oracle: OracleFor<Access>;
  readonly restart: number;
  readonly stream: string;
  /** The part of the whole attack's progress that this context covers. */
  readonly span: readonly [start: number, length: number];
  /** Tensors that were made for this context alone, which may dispose them. */
  readonly own: readonly tf.Tensor[];
  /** Of the run of the attack, where there is a keeper. */
  readonly journal: Journal | undefined;
}

/** The context that an attack's `run` receives. */
export function contextOf(stage: Stage, frame: Frame): RunContext {
  const { run, meter } = stage;
  const { attack, params, x, start, ids, goal, success, threat, restart, span } = frame;
  const key = attack.id + frame.stream;
  const sampleOf = (id: number): number => frame.samplesOf(Int32Array.of(id))[0]!;
  const context: RunContext = Object.freeze<RunContext>({
    x,
    start,
    ids,
    goal,
    success,
    aim: frame.aim,
    threat,
    geometry: trusting(stage, frame),
    params,
    restart,
    oracle: frame.oracle as GradientOracle,
    random: (purpose, id, step = 0) => keyedRandom(run.seed, key, purpose, restart, id, step),
    left: (id) => meter.left(sampleOf(id)),
    asked: (id) => meter.queries[meter.rowOf(sampleOf(id))]!,
    nearest: (id) => meter.ledger.distances[meter.rowOf(sampleOf(id))]!,
    best() {
      frame.journal?.noteBestSeen();
      return bestOf(stage, frame);
    },
    async tick(fraction = 0) {
      await meter.settle();
      stage.onFraction(span[0] + span[1] * fraction);
      await breathe(run.signal);
    },
    narrow(state, done) {
      const active = activeRows(stage, frame);
      const rows = done === undefined ? active : active.filter((row) => done[row] === 0);
      if (rows.length === ids.length) return { ctx: context, state };
      const next = contextOf(stage, frameOf(stage, frame, rows));
      const narrowed = narrowState(state, rows, [x, start ?? x]);
      release(stage, frame);
      return { ctx: next, state: narrowed };
    },
    with: (changes) => contextOf(stage, { ...changed(frame, changes), own: [] }),
    run: (inner, changes = {}) => runInner(stage, frame, inner, () => nestedFrame(stage, frame, inner, changes)),
    async runTogether(inner, runs, { part: [index, count] = [0, 1] } = {}) {
      const groups = wideGroups(stage, frame, runs);
      for (const [i, { rows, lanes }] of groups.entries()) {
        const part = [index * groups.length + i, count * groups.length] as const;
        const make = (): Frame => wideFrame(stage, nestedFrame(stage, frame, inner, { part }), runs, rows, lanes);
        await runInner(stage, frame, inner, make);
      }
    },
  });
  if (stage.keeper && frame.journal) {
    noteKeeping(context, { keeper: stage.keeper, journal: frame.journal, meter, samplesOf: frame.samplesOf });
  }
  return context;
}

/** Runs an attack inside another one, unless it had come to its end before the run was stopped. */
async function runInner(stage: Stage, { journal: outer }: Frame, inner: Attack, make: () => Frame): Promise<void> {
  const { meter, keeper } = stage;
  if (outer?.skip(meter)) return;
  const journal = outer?.enter(inner.id);
  try {
    await runNested(stage, { ...make(), journal });
    await meter.settle();
  } catch (error) {
    if (outer !== undefined) outer.isLost = true;
    throw error;
  }
  outer?.leave(meter.numbers(), share(meter.ledger.best));
  await keeper?.offer(undefined);
}

async function runNested(stage: Stage, wide: Frame): Promise<void> {
  const rows = activeRows(stage, wide);
  const nested = rows.length === wide.ids.length ? wide : frameOf(stage, wide, rows);
  try {
    if (rows.length > 0) await wide.attack.run(contextOf(stage, nested));
  } finally {
    release(stage, wide);
    release(stage, nested);
  }
}

/** The balls of some rows as attacks see them: one number where all are equal. */
export function threatOf(stage: Pick<Stage, "run" | "owned">, x: tf.Tensor, sizes: Float32Array): ContextThreat {
  const { norm, bounds, eps: whole } = stage.run.threat;
  const isWhole = sizes.every((size) => size === Math.fround(whole));
  const first = isWhole ? whole : sizes[0]!;
  const isOne = isWhole || sizes.every((size) => size === first);
  const eps = isOne ? first : tf.tensor(sizes, [sizes.length, ...new Array<number>(x.rank - 1).fill(1)]);
  if (typeof eps !== "number") stage.owned.add(eps);
  return Object.freeze({ norm, bounds, eps, sizes });
}

/** Points that a geometry has projected around the context's own inputs need not be looked at once more. */
function trusting({ run, meter }: Stage, { x, ids, samplesOf, threat }: Frame): Geometry {
  return {
    ...run.geometry,
    project(points, center, eps, bounds) {
      const projected = run.geometry.project(points, center, eps, bounds);
      if (center === x && eps === threat.eps && bounds === threat.bounds) meter.trust(projected, samplesOf(ids));
      return projected;
    },
  };
}

/**
 * The rows that are worth going on with. There is nothing to find in a ball of size 0. A sample that is broken inside its ball
 * is done, but for a minimum-norm attack that is after the nearest point.
 */
function activeRows({ run, meter }: Stage, { attack, aim, ids, samplesOf, threat }: Frame): Int32Array {
  const samples = samplesOf(ids);
  const goesOn = aim === "nearest" && attack.kind === "minimum-norm";
  const isDone = (row: number): boolean =>
    threat.sizes[row] === 0 ||
    (run.aim === "nearest" &&
      !goesOn &&
      isWithin(meter.ledger.distances[meter.rowOf(samples[row]!)]!, threat.sizes[row]!, threat.bounds));
  return rowsWhere(ids.length, (row) => meter.isActive(samples[row]!) && !isDone(row));
}

async function bestOf({ run, meter }: Stage, { x, ids, samplesOf }: Frame): ReturnType<RunContext["best"]> {
  await meter.settle();
  const rows = samplesOf(ids).map((id) => meter.rowOf(id));
  const best = gatherRows(meter.ledger.best, rows);
  const distances = tf.tidy(() => run.geometry.distance(tf.sub(best, x)));
  try {
    const distance = await distances.data<"float32">();
    return { x: best, distance, found: Uint8Array.from(rows, (row) => Number(meter.ledger.isBroken(row))) };
  } finally {
    distances.dispose();
  }
}

function changed(frame: Frame, changes: ContextChanges): Frame {
  const { oracle, restart = frame.restart, part = [0, 1], stream = "", isLater = false } = changes;
  const length = frame.span[1] / part[1];
  return {
    ...frame,
    restart,
    start: isLater ? undefined : frame.start,
    stream: frame.stream + stream,
    span: [frame.span[0] + part[0] * length, length],
    oracle: oracle === undefined ? frame.oracle : replaced(frame.oracle, oracle),
  };
}

/** The frame of a nested run, on all rows of the outer one. */
function nestedFrame(stage: Stage, outer: Frame, attack: Attack, changes: NestedRun): Frame {
  const { start, targets, eps, aim } = changes;
  const base = changed(outer, changes);
  const goal: Goal = targets === undefined ? base.goal : targetedAt(base, attack, targets);
  const sizes = typeof eps === "number" ? new Float32Array(base.ids.length).fill(eps) : eps;
  const threat = sizes === undefined ? base.threat : threatOf(stage, base.x, sizes);
  const oracle = restrict(base.oracle, attack, outer.attack);
  return {
    ...base,
    attack,
    params: attack.params,
    start: start ?? base.start,
    goal,
    aim: aim ?? base.aim,
    threat,
    oracle: targets === undefined ? oracle : goingFor(goal, base.ids, oracle),
    own: typeof threat.eps === "number" || threat === base.threat ? [] : [threat.eps],
  };
}

/** The samples that runs side by side take together, so many that a batch does not grow. */
function wideGroups(
  stage: Stage,
  frame: Frame,
  runs: readonly SideRun[],
): readonly { readonly rows: Int32Array; readonly lanes: Lanes }[] {
  const indices = runs.map(({ index }) => index);
  const lanesOf = (rows: Int32Array): Lanes | undefined =>
    Lanes.of(
      rows.map((row) => frame.ids[row]!),
      indices,
    );
  return groupsOf(activeRows(stage, frame), runs.length, stage.run.batchSize).flatMap((rows) => {
    const lanes = lanesOf(rows);
    if (lanes !== undefined) return [{ rows, lanes }];
    return Array.from(rows, (row) => ({ rows: Int32Array.of(row), lanes: lanesOf(Int32Array.of(row))! }));
  });
}

/** Several runs of some rows of a nested run's frame in one: row after row of the first, then of the second. */
function wideFrame(stage: Stage, base: Frame, runs: readonly SideRun[], rows: Int32Array, lanes: Lanes): Frame {
  const wide = frameOf(stage, base, Int32Array.from(runs.flatMap(() => [...rows])));
  const oracle = lanes.oracle(base.oracle);
  const frame = { ...wide, ids: lanes.ids, samplesOf: (ids: Int32Array) => base.samplesOf(lanes.samplesOf(ids)) };
  const chosen = runs.map(({ targets }) => targets && rows.map((row) => targets[row]!));
  if (chosen.includes(undefined)) return { ...frame, oracle };
  const goal = targetedAt(frame, frame.attack, Int32Array.from(chosen.flatMap((each) => [...each!])));
  return { ...frame, goal, oracle: goingFor(goal, frame.ids, oracle) };
}

function targetedAt({ goal, ids }: Frame, attack: Attack, targets: Int32Array): Goal {
  if (!attack.goals.includes("targeted")) throw new InputError(`The attack ${attack.id} cannot be targeted.`);
  if (targets.length !== ids.length) {
    throw new InputError(
      `There are ${targets.length} targets for ${ids.length} rows. Give one per row of the context.`,
    );
  }
  return { kind: "targeted", labels: Int32Array.from(goal.labels), targets: Int32Array.from(targets) };
}

/** An oracle whose losses by name are those of another goal. */
function goingFor(goal: Goal, ids: Int32Array, oracle: OracleFor<Access>): OracleFor<Access> {
  const { lossAndGradient } = oracle as Partial<GradientOracle>;
  if (lossAndGradient === undefined) return oracle;
  const rowOf = new Map(Array.from(ids, (id, row) => [id, row]));
  return replaced(oracle, {
    lossAndGradient(x, of, loss, options) {
      const rows = of.map((id) => rowOf.get(id)!);
      const chosen = typeof loss === "function" ? loss : perSampleLoss(loss, goalOf(goal, rows));
      return lossAndGradient(x, of, chosen, options);
    },
  });
}

/** Some rows of a frame, in tensors of their own. */
function frameOf(stage: Stage, frame: Frame, rows: Int32Array): Frame {
  const x = gatherRows(frame.x, rows);
  const start = frame.start && gatherRows(frame.start, rows);
  for (const tensor of [x, start]) if (tensor !== undefined) stage.owned.add(tensor);
  const ids = rows.map((row) => frame.ids[row]!);
  const sizes = Float32Array.from(rows, (row) => frame.threat.sizes[row]!);
  const { eps } = frame.threat;
  const threat = typeof eps === "number" ? Object.freeze({ ...frame.threat, sizes }) : threatOf(stage, x, sizes);
  const own = [x, start, threat.eps].filter((each) => each instanceof tf.Tensor);
  const [goal, success] = [goalOf(frame.goal, rows), goalOf(frame.success, rows)];
  return { ...frame, x, start, threat, ids, goal, success, own };
}

function release({ owned }: Stage, { own }: Frame): void {
  for (const tensor of own) if (owned.delete(tensor)) tensor.dispose();
}

/** Inputs of the context may be part of the state, but are not the attack's to dispose. */
function narrowState<S extends State>(state: S, rows: Int32Array, inputs: readonly tf.Tensor[]): S {
  const narrowed = Object.entries(state).map(([name, tensor]) => [name, gatherRows(tensor, rows)]);
  for (const tensor of new Set(Object.values(state))) {
    if (!inputs.includes(tensor)) tensor.dispose();
  }
  return Object.fromEntries(narrowed) as S;
}
