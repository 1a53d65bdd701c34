import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import {
  asClassifier,
  defineAttack,
  fmn,
  pgd,
  provenanceOf,
  type Attack,
  type AttackSnapshot,
  type Classifier,
  type RunContext,
} from "@kwta/attacks";
import { AbortedError, keyedRandom, type Progress } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import {
  defineProtocol,
  evaluate,
  partsInMemory,
  runUnit,
  type EvaluateOptions,
  type Evaluation,
  type PartStore,
  type Protocol,
  type ProtocolEntry,
  type Unit,
  type UnitRunner,
} from "../src/index.ts";

const N = 20;
const DIMENSIONS = 6;
const weights = Float32Array.of(1, -2, 0.5, 1, -1, 0.5);
const NORM = 6;

/** Two classes with the scores w.x and 0, and images that need a step of `distance` in each coordinate to change sides. */
let classifier: Classifier;
let x: tf.Tensor2D;
let distance: number[];
let ids: Int32Array;
let labels: Int32Array;

beforeAll(async () => {
  await tf.setBackend("cpu");
  const w = tf.tensor2d(
    Array.from(weights, (each) => [each, 0]),
    [DIMENSIONS, 2],
  );
  classifier = asClassifier((images) => tf.matMul(images as tf.Tensor2D, w), {
    inputShape: [DIMENSIONS],
    numClasses: 2,
    digest: async () => "linear",
  });
  const values = keyedRandom(1, "x").uniform(new Float32Array(N * DIMENSIONS), 0.35, 0.65);
  x = tf.tensor2d(values, [N, DIMENSIONS]);
  const scores = Array.from({ length: N }, (_, i) =>
    weights.reduce((sum, each, j) => sum + each * values[i * DIMENSIONS + j]!, 0),
  );
  labels = Int32Array.from(scores, (score) => Number(score < 0));
  distance = scores.map((score) => Math.abs(score) / NORM);
  ids = Int32Array.from({ length: N }, (_, i) => 7 * i + 3);
});

/** What one must know of a test: each run of the attacks below, in order. */
const runs: { id: string; ids: number[]; eps: number; starts: number[] | undefined }[] = [];

/** Goes straight for the border, as far as `reach` of the way allowed, with those samples that have luck. */
const straight = defineAttack({
  id: "test/straight",
  version: "1.0.0",
  access: "label",
  norms: ["linf"],
  goals: ["untargeted"],
  stochastic: true,
  params: {
    reach: { type: "number", default: 1, min: 0, description: "Share of the way." },
    luck: { type: "number", default: 1, min: 0, description: "How many have luck." },
    name: { type: "integer", default: 0, min: 0, description: "Which it is." },
  },
  async run(ctx) {
    const { reach, luck, name } = ctx.params;
    const eps = ctx.threat.eps as number;
    runs.push({
      id: String(name),
      ids: [...ctx.ids],
      eps,
      starts: ctx.start && Array.from(await ctx.start.data()).filter((_, i) => i % DIMENSIONS === 0),
    });
    const rows = [...ctx.ids.keys()];
    const lucky = rows.map((row) => Number(ctx.random("luck", ctx.ids[row]!).at(0) < luck));
    tf.tidy(() => void ctx.oracle.labels(toBorder(ctx, reach * eps, lucky), ctx.ids));
    await ctx.tick(1);
  },
});

function toBorder({ x: images, goal }: RunContext<"label">, length: number, lucky: readonly number[]): tf.Tensor {
  const towards = [...lucky.keys()].map((row) => (goal.labels[row] === 0 ? -1 : 1) * lucky[row]! * length);
  const signs = tf.tensor2d(
    Array.from(weights, (each) => Math.sign(each)),
    [1, DIMENSIONS],
  );
  return tf.add(images, tf.mul(tf.tensor2d(towards, [lucky.length, 1]), signs));
}

const protocolOf = (...entries: (Omit<ProtocolEntry, "attack"> & { attack: Attack })[]): Protocol => ({
  id: "mine@1",
  entries,
});
const run = (protocol: Protocol, options: Partial<EvaluateOptions> = {}): Promise<Evaluation> => {
  runs.length = 0;
  const threat = { norm: "linf", eps: [0.01, 0.03] } as const;
  return evaluate(classifier, { x, labels, ids }, { protocol, threat, probes: 0, ...options });
};
const within = (eps: number): number[] => [...distance.keys()].filter((i) => distance[i]! < eps);
const timeless = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, v) => (key === "seconds" ? 0 : v)));

describe("what an attack is run on", () => {
  const cascade = protocolOf(
    { id: "weak", attack: straight({ reach: 0.5, name: 1 }) },
    { id: "odd", attack: straight({ reach: 0.8, name: 2 }), role: "diagnostic" },
    { id: "strong", attack: straight({ name: 3 }), on: "survivors" },
  );

  test("survivors of what counts before it, from the smallest eps up", async () => {
    const { attacks, robust } = await run(cascade);
    const [weak, odd, strong] = attacks;
    expect(runs.map(({ id, eps, ids: of }) => [id, eps, of.length])).toEqual([
      ["1", 0.01, N],
      ["2", 0.01, N],
      ["3", 0.01, N - within(0.005).length],
      ["1", 0.03, N - within(0.005).length],
      ["2", 0.03, N - within(0.008).length],
      ["3", 0.03, N - new Set([...within(0.01), ...within(0.015)]).size],
    ]);
    expect(weak!.at.map(({ broken }) => broken)).toEqual([within(0.005), within(0.015)]);
    expect(odd!.at.map(({ broken }) => broken)).toEqual([within(0.008), within(0.024)]);
    // After a cascade stands what stood after each of its attacks.
    expect(strong!.at.map(({ broken }) => broken)).toEqual([within(0.01), within(0.03)]);
    expect(strong!.at[0]!.broke).toEqual(within(0.01).filter((i) => distance[i]! > 0.005));
    expect(robust.map(({ broken }) => broken)).toEqual([within(0.01), within(0.03)]);
    expect(within(0.005).length).toBeGreaterThan(0);
    expect(within(0.03).length).toBeGreaterThan(within(0.015).length);
  });

  test("all, where each is asked for alone", async () => {
    const { attacks, robust, protocol } = await run(cascade, { alone: true });
    expect(attacks[2]!.at[0]!.attacked).toHaveLength(N);
    expect(robust.map(({ broken }) => broken)).toEqual([within(0.01), within(0.03)]);
    expect(protocol.id).toContain("each alone");
  });

  test("a diagnostic does not count", async () => {
    const { robust, attacks } = await run(protocolOf({ id: "odd", attack: straight(), role: "diagnostic" }));
    expect(robust.map(({ accuracy }) => accuracy.count)).toEqual([N, N]);
    expect(attacks[0]!.at[1]!.broke.length).toBeGreaterThan(0);
  });
});

test("rounds take other random numbers, go by what stands, and end when one breaks nothing", async () => {
  const attack = straight({ luck: 0.4 });
  const protocol = protocolOf({ id: "again", attack, rounds: 40 });
  const { attacks, robust, totals } = await run(protocol, { threat: { norm: "linf", eps: 0.1 } });
  const [{ rounds, converged, broken, attacked, queries }] = attacks[0]!.at as [Required<(typeof attacks)[0]["at"][0]>];
  expect(rounds.length).toBeGreaterThan(2);
  expect(rounds.at(-1)!.broke).toBe(0);
  expect(converged).toBe(true);
  expect(rounds.map(({ attacked: count }) => count)).toEqual(
    rounds.map((_, i) => N - rounds.slice(0, i).reduce((sum, { broke }) => sum + broke, 0)),
  );
  expect(rounds.reduce((sum, { broke }) => sum + broke, 0)).toBe(broken.length);
  expect(robust[0]!.converged).toEqual({ yes: true, rounds: rounds.length, lastRoundBroke: 0 });
  // Every round costs one query of a sample that it is run on.
  expect(attacked.map((position) => queries[position])).toEqual(
    attacked.map((position) => runs.filter(({ ids: of }) => of.includes(ids[position]!)).length),
  );
  expect(totals.queries).toBe(runs.reduce((sum, { ids: of }) => sum + of.length, 0));
  const short = await run(protocolOf({ id: "again", attack, rounds: 2 }), { threat: { norm: "linf", eps: 0.1 } });
  expect(short.robust[0]!.converged).toMatchObject({ yes: false, rounds: 2 });
  expect(short.robust[0]!.converged!.lastRoundBroke).toBe(rounds[1]!.broke);
});

test("best points are where the next size begins, of whatever attack they are", async () => {
  const protocol = protocolOf(
    { id: "near", attack: straight({ reach: 1, luck: 0, name: 1 }) },
    { id: "far", attack: straight({ reach: 0.9, name: 2 }), on: "survivors", start: "best", rounds: 2 },
  );
  await run(protocol);
  const [, , , , first, second] = runs;
  expect(runs.map(({ id, eps, starts }) => [id, eps, starts !== undefined])).toEqual([
    ["1", 0.01, false],
    ["2", 0.01, false],
    ["2", 0.01, false],
    ["1", 0.03, false],
    ["2", 0.03, true],
    ["2", 0.03, false],
  ]);
  const before = await x.data();
  first!.starts!.forEach((start, i) => {
    const position = ids.indexOf(first!.ids[i]!);
    const moved = start - before[position * DIMENSIONS]!;
    expect(moved).toBeCloseTo((labels[position] === 0 ? -1 : 1) * 0.009, 5);
  });
  expect(second!.ids.length).toBeGreaterThan(0);
});

test("nearest points: smallest distances, quantiles, and the accuracies that follow", async () => {
  const protocol = protocolOf(
    { id: "fmn", attack: fmn({ steps: 60 }), aim: "nearest" },
    { id: "rest", attack: pgd({ steps: 5 }), on: "survivors" },
  );
  const { attacks, minimumNorm, robust } = await run(protocol);
  const { nearest, at } = attacks[0]!;
  expect(at).toEqual([]);
  expect(nearest!.attacked).toHaveLength(N);
  const found = minimumNorm!.distances as number[];
  found.forEach((each, i) => expect(each / distance[i]!).toBeGreaterThan(1 - 1e-4));
  found.forEach((each, i) => expect(each / distance[i]!).toBeLessThan(1.1));
  const sorted = [...found].sort((a, b) => a - b);
  expect(minimumNorm!.quantiles).toMatchObject({ q10: sorted[1], q50: sorted[9], q90: sorted[17] });
  for (const { eps, broken } of robust) {
    const near = [...found.keys()].filter((i) => found[i]! <= eps);
    expect(broken).toEqual(expect.arrayContaining(near));
    expect(broken.length).toBeLessThanOrEqual(within(eps).length);
  }
  // What is known to be within reach is not attacked again.
  expect(attacks[1]!.at[0]!.attacked).toEqual([...found.keys()].filter((i) => found[i]! > 0.01));
  const passes = nearest!.queries.map((queries, i) => queries + nearest!.gradients[i]!);
  expect(Math.max(...passes)).toBeGreaterThan(60);

  const hurried = await run(protocolOf({ ...protocol.entries[0]!, passes: 31 }));
  const { queries, gradients } = hurried.attacks[0]!.nearest!;
  expect(Math.max(...queries.map((each, i) => each + gradients[i]!))).toBe(30);
});

test("a budget of time ends with a report of what is missing, and more time goes on from there", async () => {
  const protocol = protocolOf(
    { id: "first", attack: straight({ name: 1 }) },
    { id: "slow", attack: straight({ name: 2 }), on: "survivors" },
  );
  const parts = partsInMemory();
  let count = 0;
  // The third unit never comes back by itself.
  const stuck: UnitRunner = {
    count: 1,
    run: (unit, work) => (++count < 3 ? runUnit(classifier, unit, work) : untilStopped(work.signal!)),
  };
  const partial = await run(protocol, { parts, batchSize: 15, runner: stuck, budget: 2 });
  const stands = N - within(0.01).length;
  expect(partial.stopped).toEqual({
    why: "budget",
    budget: 2,
    missing: [
      { attack: "slow", eps: 0.01, samples: stands },
      { attack: "first", eps: 0.03, samples: stands },
      { attack: "slow", eps: 0.03, samples: stands },
    ],
  });
  expect(partial.robust.map(({ complete }) => complete)).toEqual([false, false]);
  expect(partial.attacks.map(({ at }) => at.length)).toEqual([1, 0]);

  const whole = await run(protocol, { parts, batchSize: 15, budget: 600 });
  expect(timeless(whole)).toEqual(timeless(await run(protocol)));
  expect(whole.stopped).toBeUndefined();
  expect(whole.robust.map(({ complete }) => complete)).toEqual([true, true]);

  const stop = new AbortController();
  setTimeout(() => stop.abort(), 20);
  const asked = run(protocol, { runner: stuck, budget: 600, signal: stop.signal });
  await expect(asked).rejects.toThrow(AbortedError);
});

test("a unit that was stopped in the middle goes on from there, and a damaged state is none", async () => {
  const protocol = protocolOf({ id: "pgd", attack: pgd({ steps: 40, restarts: 2 }) });
  const options = { threat: { norm: "linf", eps: 0.02 }, snapshotEveryMs: 0, probes: 0 } as const;
  const countCalls = async (of: Partial<EvaluateOptions>): Promise<[unknown, number]> => {
    let calls = 0;
    const lossAndGradient: Classifier["lossAndGradient"] = (...args) => {
      calls++;
      return classifier.lossAndGradient(...args);
    };
    const data = { x, labels, ids };
    const evaluation = evaluate({ ...classifier, lossAndGradient }, data, { protocol, ...options, ...of });
    return [timeless(await evaluation.catch((error: unknown) => error)), calls];
  };
  const [whole, calls] = await countCalls({});
  const parts = partsInMemory();
  const snapshots = parts.snapshots as Map<string, AttackSnapshot>;
  const stopAfter = async (count: number): Promise<void> => {
    const stop = new AbortController();
    let kept = 0;
    const set = (name: string, snapshot: AttackSnapshot): void => {
      snapshots.set(name, snapshot);
      if (++kept === count) stop.abort();
    };
    const store = { get: (name: string) => snapshots.get(name), set, delete: () => {} };
    await countCalls({ parts: { ...parts, snapshots: store }, signal: stop.signal });
  };
  await stopAfter(50);
  expect(snapshots.size).toBe(1);
  const [resumed, left] = await countCalls({ parts });
  expect(resumed).toEqual(whole);
  expect(left).toBe(calls - 50);
  expect(snapshots.size).toBe(0);

  const [other] = [partsInMemory()];
  const [name] = await nameOf(other);
  (other.snapshots as Map<string, unknown>).set(name!, { tensors: new Map(), metadata: {} });
  expect(await countCalls({ parts: other })).toEqual([whole, calls]);

  async function nameOf(store: PartStore): Promise<string[]> {
    const names: string[] = [];
    const watched = {
      ...store.snapshots!,
      get: (each: string) => void names.push(each),
      set: () => {},
      delete: () => {},
    };
    await countCalls({ parts: { ...partsInMemory(), snapshots: watched } });
    return names;
  }
});

function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new AbortedError());
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
  });
}

test("units may be done anywhere and in any order: the report is the same", async () => {
  const protocol = protocolOf(
    { id: "pgd", attack: pgd({ steps: 5, restarts: 2 }) },
    { id: "luck", attack: straight({ luck: 0.5 }), on: "survivors", start: "best", rounds: 3 },
  );
  const here = await run(protocol, { keepImages: 2 });
  for (const count of [2, 3]) {
    const units: Unit[] = [];
    let turn: Promise<unknown> = Promise.resolve();
    const runner: UnitRunner = {
      count,
      async run(unit, work) {
        units.push(unit);
        // As it would come out of another process; the first ones come last.
        const sent = structuredClone({ ...unit, attack: provenanceOf(unit.attack) });
        await new Promise((done) => setTimeout(done, 20 - units.length));
        // One at a time: in one process, two would count each other's tensors.
        const result = turn.then(() => runUnit(classifier, { ...sent, attack: unit.attack }, work));
        turn = result;
        return result;
      },
    };
    expect(timeless(await run(protocol, { keepImages: 2, runner }))).toEqual(timeless(here));
    expect(units.filter(({ labels: of }) => of.length > Math.ceil(N / count))).toEqual([]);
  }
});

test("what a random model says is the mean over the draws that were asked for, before and under attack", async () => {
  const asked: number[] = [];
  const random: Classifier = {
    ...classifier,
    random: true,
    logits: (images, of, draws) => {
      asked.push(draws![0]!);
      return classifier.logits(images, of);
    },
  };
  const protocol = protocolOf({ id: "a", attack: straight({ reach: 0 }) });
  const threat = { norm: "linf", eps: 0.03 } as const;
  const data = { x, labels, ids };
  await evaluate(random, data, { protocol, threat, draws: 3, probes: 0, batchSize: N });
  // The clean answers, the one query of the attack, whose draw is none of a verdict's, and the verification.
  expect(asked).toEqual([0, 1, 2, 4, 0, 1, 2]);
});

test("a worker's fault stops the others and is the error", async () => {
  let stopped = 0;
  const runner: UnitRunner = {
    count: 3,
    async run(_, { signal }) {
      if (signal!.aborted) throw new AbortedError();
      if (stopped === 0 && !isFirst) throw new Error("no memory");
      isFirst = false;
      return untilStopped(signal!).finally(() => stopped++);
    },
  };
  let isFirst = true;
  await expect(run(protocolOf({ id: "pgd", attack: pgd() }), { runner })).rejects.toThrow("no memory");
  expect(stopped).toBe(1);
});

test("progress says when all will be done, once every attack was timed", async () => {
  const seen: Progress[] = [];
  const protocol = protocolOf({ id: "a", attack: straight() }, { id: "b", attack: straight({ name: 1 }) });
  await run(protocol, { onProgress: (progress) => seen.push(progress) });
  const ofFirst = seen.filter(({ task }) => task === "evaluate: a");
  const [last] = ofFirst.filter(({ figures }) => figures!["eps"] === 0.01).slice(-1);
  expect(last).toMatchObject({ done: N, total: N });
  expect(last!.secondsLeft).toBeUndefined();
  expect(seen.at(-1)!.secondsLeft).toBe(0);
  expect(ofFirst.at(-1)!.secondsLeft).toBeGreaterThan(0);
});

describe("bad input is refused before anything is run", () => {
  const CASES: Readonly<Record<string, [ProtocolEntry, RegExp, Partial<EvaluateOptions>?]>> = {
    "a norm that an attack has not": [
      { id: "a", attack: straight() },
      /works in linf, not in l2/,
      { threat: { norm: "l2", eps: 1 } },
    ],
    "nearest points of an attack that needs an eps": [
      { id: "a", attack: pgd(), aim: "nearest" },
      /minimumNorm\(attack\)/,
    ],
    "nearest points in rounds": [{ id: "a", attack: fmn(), aim: "nearest", rounds: 2 }, /rounds/],
    "half a round": [{ id: "a", attack: pgd(), rounds: 0.5 }, /rounds of "a"/],
    "no time": [{ id: "a", attack: pgd() }, /budget is 0/, { budget: 0 }],
  };
  test.for(Object.entries(CASES))("%s", async ([, [entry, message, options]]) => {
    await expect(run(protocolOf(entry), options)).rejects.toThrow(message);
  });
});

test("a protocol's data says all that its entries say", async () => {
  const mine = defineProtocol({
    id: "mine",
    version: 2,
    summary: "A test.",
    params: {},
    entries: () => [{ id: "again", attack: straight, on: "survivors", rounds: 2, start: "best" }],
  });
  const { protocol } = await run(mine());
  expect(protocol).toMatchObject({
    id: "mine@2",
    entries: [
      { id: "again", on: "survivors", rounds: 2, start: "best", attack: { id: "test/straight", params: { luck: 1 } } },
    ],
  });
});
