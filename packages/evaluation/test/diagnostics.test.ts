import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { asClassifier, defineAttack, fab, pgd, square, apgdT, type Attack, type Classifier } from "@kwta/attacks";
import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { CHECKS, evaluate, type EvaluateOptions, type Evaluation, type Protocol } from "../src/index.ts";

const [N, SIZE, CLASSES] = [24, 12, 4];

function numbers(name: string, length: number, low: number, high: number): number[] {
  return [...keyedRandom(2, name).uniform(new Float32Array(length), low, high)];
}

const weights = numbers("weights", SIZE * CLASSES, -1, 1);
const inputs = numbers("inputs", N * SIZE, 0.2, 0.8);
const images = (): tf.Tensor => tf.tensor(inputs, [N, 4, 3, 1]);

/** Logits of a linear model. */
function linear(x: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.reshape(x, [-1, SIZE]) as tf.Tensor2D, tf.tensor2d(weights, [SIZE, CLASSES]));
}

function model(forward: (x: tf.Tensor) => tf.Tensor, options: { random?: boolean } = {}): Classifier {
  return asClassifier(forward, { inputShape: [4, 3, 1], numClasses: CLASSES, ...options });
}

const honest = model(linear);
const labels = Int32Array.from(tf.tidy(() => tf.argMax(linear(images()), 1)).dataSync());

function protocol(...attacks: readonly (Attack | Protocol["entries"][number])[]): Protocol {
  const entries = attacks.map((each) => ("attack" in each ? each : { id: each.id.slice(5), attack: each }));
  return { id: "test", entries };
}

const plain = pgd({ steps: 20, loss: "margin", stepSize: "0.15 eps" });

async function look(
  classifier: Classifier,
  attacks: Protocol = protocol(plain),
  options: Partial<EvaluateOptions> = {},
  of: ArrayLike<number> = labels,
): Promise<Evaluation> {
  const x = images();
  const settings = { protocol: attacks, threat: { norm: "linf", eps: 0.05 }, probes: 8, ...options } as const;
  return evaluate(classifier, { x, labels: of }, settings).finally(() => x.dispose());
}

/** The findings of a check, as `severity attack eps`. */
function found({ diagnostics }: Evaluation, id: string): string[] {
  return diagnostics
    .filter((each) => each.id === id)
    .map(({ severity, attack, eps }) => [severity, attack, eps].filter((part) => part !== undefined).join(" "));
}

/** A derivative of our own in place of the true one. */
function withGradient(forward: (x: tf.Tensor) => tf.Tensor, change: (gradient: tf.Tensor) => tf.Tensor): Classifier {
  const straight = tf.customGrad((x, save) => {
    (save as (tensors: tf.Tensor[]) => void)([x as tf.Tensor]);
    return { value: tf.clone(x as tf.Tensor), gradFunc: (dy: tf.Tensor) => change(dy) };
  });
  return model((x) => forward(straight(x)));
}

/** What no gradient sees, at the scale of the ball. */
const jumpy = model((x) => {
  const steps = tf.customGrad((given) => {
    const value = tf.div(tf.floor(tf.mul(given as tf.Tensor, 40)), 40);
    const noise = tf.sin(tf.mul(value, 1e4));
    return { value: tf.add(given as tf.Tensor, tf.mul(noise, 0.4)), gradFunc: (dy: tf.Tensor) => dy };
  });
  return linear(steps(x));
});

const zero = withGradient(linear, (dy) => tf.zerosLike(dy));
const poisoned = withGradient(linear, (dy) => tf.mul(dy, Number.NaN));
const turned = withGradient(linear, (dy) => tf.neg(dy));
const saturated = model((x) => tf.softmax(tf.mul(linear(x), 100)));
const constant = model((x) => tf.add(tf.mul(linear(x), 1e-3), tf.tensor1d([0, 0, 5, 0])));
let turn = 0;
const undeclared: Classifier = {
  ...honest,
  logits: (x, ids) => tf.tidy(() => tf.add(honest.logits(x, ids), 1e-4 * ++turn)),
};
const declared: Classifier = { ...honest, random: true };
/** Not a number where the image was changed much. */
const holed: Classifier = {
  ...honest,
  logits: (x) => tf.tidy(() => withHoles(x)),
  lossAndGradient: (x, ids, loss, options) =>
    tf.tidy(() => ({ ...honest.lossAndGradient(x, ids, loss, options), logits: withHoles(x) })),
};

function withHoles(x: tf.Tensor): tf.Tensor2D {
  const logits = linear(x);
  const far = tf.greater(tf.max(tf.abs(tf.reshape(tf.sub(x, 0.5), [-1, SIZE])), 1, true), 0.31);
  return tf.where(tf.tile(far, [1, CLASSES]), tf.mul(tf.onesLike(logits), Number.NaN), logits) as tf.Tensor2D;
}

test("an honest model is told nothing", async () => {
  const before = tf.memory().numTensors;
  const report = await look(honest, protocol(plain, square({ queries: 20 })), {
    threat: { norm: "linf", eps: [0.02, 0.05] },
  });
  expect(report.diagnostics).toEqual([]);
  expect(report.robust.map(({ flagged }) => flagged)).toEqual([false, false]);
  expect(report.robust[1]!.accuracy.count).toBeGreaterThan(2);
  expect(report.robust[1]!.accuracy.count).toBeLessThan(N);
  expect(tf.memory().numTensors).toBe(before);
});

test("zero gradients, which also lead nowhere", async () => {
  const report = await look(zero);
  expect(found(report, "zero-gradient")).toEqual(["red-flag pgd 0.05"]);
  expect(found(report, "full-budget")).toEqual(["red-flag"]);
  expect(report.robust[0]!.flagged).toBe(true);
  // The worst first.
  const ranks = report.diagnostics.map(({ severity }) => ["red-flag", "warning", "note"].indexOf(severity));
  expect(ranks).toEqual([...ranks].sort());
});

test("gradients that are not finite", async () => {
  expect(found(await look(poisoned), "non-finite-gradient")).toEqual(["red-flag pgd 0.05"]);
});

test("a red flag at one size is about that size", async () => {
  const report = await look(zero, protocol(plain), { threat: { norm: "linf", eps: [0.02, 0.05] }, probes: 0 });
  expect(found(report, "zero-gradient")).toEqual(["red-flag pgd 0.02", "red-flag pgd 0.05"]);
  const short = protocol({ id: "pgd", attack: plain, eps: [0.02] });
  const part = await look(zero, short, { threat: { norm: "linf", eps: [0.02, 0.05] }, probes: 0 });
  expect(part.robust.map(({ flagged }) => flagged)).toEqual([true, false]);
});

test("a gradient that points the wrong way", async () => {
  const report = await look(turned, protocol(pgd({ steps: 20, loss: "margin", randomStart: false })));
  expect(found(report, "no-progress")).toEqual(["red-flag pgd 0.05"]);
  expect(found(report, "gradient-agreement")).toEqual(["red-flag 0.05"]);
  expect(found(report, "full-budget")).toEqual(["red-flag"]);
});

test("an attack for the nearest error may find no better point inside the ball, and do well", async () => {
  const report = await look(honest, protocol({ id: "fab", attack: fab({ steps: 5 }) }), {
    threat: { norm: "linf", eps: 1e-4 },
    probes: 0,
  });
  expect(report.attacks[0]).toMatchObject({ kind: "minimum-norm", at: [{ broke: [] }] });
  expect(found(report, "no-progress")).toEqual([]);
  expect(report.robust[0]!.flagged).toBe(false);
});

test("black box beats white box", async () => {
  const on = { on: "survivors" } as const;
  const all = await look(turned, protocol(plain, { id: "square", attack: square({ queries: 60 }), ...on }), {
    probes: 0,
  });
  expect(found(all, "black-box-wins")).toEqual(["warning square 0.05"]);
  const some = await look(turned, protocol(plain, { id: "square", attack: square({ queries: 60 }), samples: 12 }), {
    probes: 0,
  });
  expect(found(some, "black-box-wins")).toEqual(["red-flag square 0.05"]);
  const [first, last] = some.attacks;
  const one = last!.at.map((run) => ({
    ...run,
    broke: run.broke.filter((each) => !first!.at[0]!.broken.includes(each)).slice(0, 1),
  }));
  const luck = { ...some, attacks: [first!, { ...last!, at: one }] };
  const { look: again } = CHECKS.find(({ id }) => id === "black-box-wins")!;
  expect(await again({ report: luck, probes: { notRun: "A test." } })).toMatchObject([
    { severity: "warning", seen: expect.stringMatching(/^square broke 1 of /) },
  ]);
  const known = await look(honest, protocol(plain, square({ queries: 60 })), { probes: 0 });
  expect(found(known, "black-box-wins")).toEqual([]);
});

test("noise breaks what a gradient could not", async () => {
  const report = await look(turned, protocol(plain), { threat: { norm: "linf", eps: 0.3 } });
  expect(found(report, "noise-wins")).toEqual(["red-flag 0.3"]);
});

test("jumps", async () => {
  const report = await look(jumpy, protocol(plain));
  expect(found(report, "gradient-agreement")).toEqual(["red-flag 0.05"]);
  expect(found(report, "pattern-changes")).toEqual(["red-flag 0.05"]);
  expect(found(report, "unstable-answers")).toEqual(["warning 0.05"]);
});

test("probabilities", async () => {
  expect(found(await look(saturated, protocol(plain), { probes: 0 }), "probabilities")).toEqual(["red-flag"]);
});

test("one class", async () => {
  expect(found(await look(constant, protocol(plain)), "one-class")).toEqual(["red-flag"]);
  const report = await look(constant, protocol(plain), { probes: 0 }, new Int32Array(N).fill(2));
  expect(found(report, "one-class")).toEqual([]);
});

test("random answers, and randomness that is lost", async () => {
  expect(found(await look(undeclared), "random-answers")).toEqual(["red-flag"]);
  expect(found(await look(declared), "random-answers")).toEqual(["warning"]);
  const noisy: Classifier = {
    ...declared,
    logits: (x, ids, draws) =>
      tf.tidy(() =>
        tf.add(honest.logits(x, ids), tf.mul(tf.tensor2d(Float32Array.from(draws!), [ids.length, 1]), 1e-4)),
      ),
  };
  expect(found(await look(noisy), "random-answers")).toEqual([]);
});

test("scores that are not finite", async () => {
  const report = await look(holed, protocol(plain), { threat: { norm: "linf", eps: 0.1 } });
  expect(found(report, "non-finite-scores")).toEqual(["red-flag pgd 0.1"]);
});

test("no gradient at all", async () => {
  const dark = model((x) => linear(tf.cast(tf.greater(x, 0.5), "float32")));
  const of = Int32Array.from(tf.tidy(() => tf.argMax(dark.logits(images(), new Int32Array(N)), 1)).dataSync());
  const report = await look(dark, protocol(plain, square({ queries: 5 })), {}, of);
  expect(found(report, "no-gradient")).toEqual(["red-flag"]);
});

test("an attack that stops too early", async () => {
  const slow = protocol(pgd({ steps: 12, stepSize: "0.01 eps", randomStart: false, loss: "margin" }));
  expect(found(await look(honest, slow), "unfinished")).toEqual(["warning pgd 0.05"]);
});

test("more room and less success", async () => {
  // Right in the ball; outside of it the gradient is turned round.
  const lost = withMasked();
  const report = await look(lost, protocol(plain), { threat: { norm: "linf", eps: 0.1 } });
  expect(found(report, "not-monotone")).toEqual(["red-flag"]);
});

/** A model whose scores stand still as soon as a value has moved by more than 0.2, and whose gradient says nothing of it. */
function withMasked(): Classifier {
  const clean = images();
  const logits = linear(clean);
  return {
    ...honest,
    logits: (x, ids) => tf.tidy(() => masked(x, ids)),
    lossAndGradient: (x, ids, loss, options) =>
      tf.tidy(() => ({ ...honest.lossAndGradient(x, ids, loss, options), logits: masked(x, ids) })),
  };
  function masked(x: tf.Tensor, ids: Int32Array): tf.Tensor2D {
    const rows = tf.tensor1d(ids, "int32");
    const far = tf.greater(tf.max(tf.abs(tf.reshape(tf.sub(x, tf.gather(clean, rows)), [-1, SIZE])), 1, true), 0.05);
    return tf.where(tf.tile(far, [1, CLASSES]), tf.gather(logits, rows), honest.logits(x, ids)) as tf.Tensor2D;
  }
}

test("attacks that need more classes", async () => {
  const report = await look(honest, protocol({ id: "apgd-t", attack: apgdT({ steps: 3, targets: 9 }) }));
  expect(found(report, "few-classes")).toEqual(["note apgd-t"]);
  expect(report.diagnostics.find(({ id }) => id === "few-classes")!.seen).toContain("9 wrong classes, and there are 3");
});

test("findings of an attack whose points are taken back", async () => {
  let asked = 0;
  const flipping: Classifier = {
    ...honest,
    // Adversarial when the attack asks, and not when it is verified.
    logits: (x, ids) =>
      tf.tidy(() => (++asked === 2 ? tf.neg(honest.logits(x, ids)) : honest.logits(x, ids)) as tf.Tensor2D),
  };
  const once = defineAttack({
    id: "kwta/once",
    version: "1.0.0",
    access: "label",
    norms: ["linf"],
    goals: ["untargeted"],
    stochastic: false,
    params: {},
    async run({ oracle, x, ids, tick }) {
      tf.tidy(() => void oracle.labels(x, ids));
      await tick(1);
    },
  })();
  const report = await look(flipping, protocol(once), { probes: 0 });
  expect(found(report, "random-answers")).toEqual(["red-flag"]);
});

test("every check says what it looks for, and every finding what it is about", async () => {
  expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
  for (const { summary } of CHECKS) expect(summary).toMatch(/^[a-z]/);
  for (const { seen, suggests, next } of (await look(zero)).diagnostics) {
    for (const text of [seen, suggests, next]) expect(text).toMatch(/^[A-Z0-9].*\.$/);
  }
});

test("a report says of every check whether it looked, and why not", async () => {
  const outcomes = ({ checks }: Evaluation): Map<string, string> =>
    new Map(checks!.map(({ id, outcome, why }) => [id, why === undefined ? outcome : `${outcome}: ${why}`]));
  const asked = outcomes(await look(zero));
  expect([...asked.keys()]).toEqual(CHECKS.map(({ id }) => id));
  expect(asked.get("zero-gradient")).toBe("seen");
  expect(asked.get("probabilities")).toBe("clear");
  expect(asked.get("black-box-wins")).toBe("not-run: No attack without a gradient was run.");
  const unasked = outcomes(await look(honest, protocol(plain), { probes: 0 }));
  for (const id of ["full-budget", "noise-wins", "not-monotone", "gradient-agreement", "unfinished"]) {
    expect(unasked.get(id)).toMatch(/^not-run: .*probes: 0/);
  }
  const shy = outcomes(await look({ ...honest, access: "score" }, protocol(square({ queries: 9 }))));
  expect(shy.get("full-budget")).toBe("not-run: The model shows no gradient.");
});

test("what stood under the model's own gradient is gone, left, or cannot be told under the other attacks", async () => {
  const idle = { id: "idle", attack: pgd({ steps: 2, stepSize: "0.001 eps", randomStart: false }) };
  const strong = { id: "square", attack: square({ queries: 300 }), on: "survivors" } as const;
  const at = (eps: number[], ...of: Protocol["entries"]): Promise<Evaluation> =>
    look(honest, protocol(...of), { threat: { norm: "linf", eps }, probes: 0 });
  const { verdicts, robust } = await at([0.002, 0.05, 0.5], idle, strong);
  expect(robust[2]!.accuracy.count).toBe(0);
  expect(verdicts!.map(({ outcome }) => outcome)).toEqual(["left", expect.any(String), "gone"]);
  expect(verdicts![2]).toMatchObject({
    eps: 0.5,
    attack: "idle",
    against: ["square"],
    seeming: { count: N },
    remaining: { count: 0 },
    paired: { n: N, onlyFirst: N, onlySecond: 0 },
    share: { value: 0 },
  });
  const left = robust[1]!.accuracy.count;
  expect(verdicts![1]!.outcome).toBe(left >= 6 ? "left" : "cannot-be-told");
  // Nothing to hold it against, and a number that is not to be believed.
  expect((await at([0.05], idle)).verdicts).toBeUndefined();
  const flagged = await look(zero, protocol(idle, strong), { probes: 0 });
  expect(flagged.robust[0]!.flagged).toBe(true);
  expect(flagged.verdicts).toBeUndefined();
});
