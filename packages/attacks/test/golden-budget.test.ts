import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import {
  bim,
  blur,
  boundary,
  contrast,
  di,
  fgsm,
  geoda,
  hopSkipJump,
  mim,
  ni,
  onePixel,
  pgd,
  pma,
  runAttack,
  si,
  spatial,
  spsa,
  square,
  vmi,
  zoo,
  type AttackLike,
  type AttackResult,
  type RunAttackOptions,
} from "../src/index.ts";
import { denseNet } from "./dense-net.ts";
import golden from "./golden/budget.json" with { type: "json" };
import { withHook } from "../src/testing/index.ts";

describe("step for step as torchattacks", () => {
  const { traces } = golden;
  const smooth = denseNet(traces.weights, [4, 4, 3], tf.tanh);
  const x = tf.tensor4d(traces.x, [3, 4, 4, 3]);
  const labels = Int32Array.from(traces.labels);
  const targets = Int32Array.from(traces.targets);

  const linf = { norm: "linf", eps: traces.eps } as const;

  /** Where an attack ends that is not stopped: the point that it asks about last. */
  async function lastPoint(attack: AttackLike, options: Omit<RunAttackOptions, "seed">): Promise<ArrayLike<number>> {
    const asked: ArrayLike<number>[] = [];
    const watched = withHook(smooth, (kind, points) => {
      if (kind === "logits") asked.push(points.dataSync<"float32">());
    });
    const result = await runAttack(attack, watched, { x, labels }, { seed: 0, stopEarly: false, ...options });
    result.dispose();
    // The very last one verifies.
    return asked.at(-2)!;
  }

  const common = { stepSize: traces.alpha };
  const plain = { loss: "cross-entropy", randomStart: false } as const;
  const makers: Readonly<Record<string, (steps: number) => AttackLike>> = {
    fgsm: () => fgsm,
    bim: (steps) => bim({ ...common, steps }),
    pgd: (steps) => pgd({ ...common, steps, ...plain }),
    "pgd-l2": (steps) => pgd({ stepSize: traces.l2.alpha, steps, ...plain }),
    mim: (steps) => mim({ ...common, decay: traces.decay, steps }),
    ni: (steps) => ni({ ...common, decay: traces.decay, steps }),
    si: (steps) => si({ ...common, decay: traces.decay, copies: traces.copies, steps }),
  };

  test.each(Object.keys(traces.points))("%s", async (name) => {
    const points = traces.points[name as keyof typeof traces.points];
    const [kind, goal] = name.split(" ") as [string, string | undefined];
    const make = makers[kind]!;
    const threat = kind === "pgd-l2" ? ({ norm: "l2", eps: traces.l2.eps } as const) : linf;
    for (const [i, expected] of points.entries()) {
      const found = await lastPoint(make(i + 1), { threat, ...(goal === "targeted" && { targets }) });
      expect(found).toBeAllclose(expected, { atol: 2e-6 });
    }
  });

  test("the probability margin attack, as its authors' code", async () => {
    const { eps, steps, points } = traces.pma;
    const asked: ArrayLike<number>[] = [];
    let isAttack = false;
    const watched = withHook(smooth, (kind, at) => {
      isAttack ||= kind === "lossAndGradient";
      if (isAttack) asked.push(at.dataSync<"float32">());
    });
    const threat = { norm: "linf", eps } as const;
    const result = await runAttack(pma({ steps }), watched, { x, labels }, { threat, seed: 0, start: x });
    result.dispose();
    expect([...result.success]).toEqual([0, 0, 0]);
    expect(asked.slice(0, -1)).toHaveLength(points.length);
    for (const [i, expected] of points.entries()) expect(asked[i]!).toBeAllclose(expected, { atol: 2e-6 });
  });
});

describe("on a trained net", () => {
  const { trained } = golden;
  const { eps, rates, distances } = trained;
  const net = denseNet(trained.weights, [8, 8, 1], tf.relu);
  const n = trained.labels.length;
  const x = tf.tensor4d(
    Float32Array.from(trained.pixels, (value) => value / 255),
    [n, 8, 8, 1],
  );
  const labels = Int32Array.from(trained.labels);

  async function attacked(
    attack: AttackLike,
    count: number,
    options: Omit<RunAttackOptions, "seed">,
  ): Promise<AttackResult> {
    const few = { x: tf.slice(x, 0, count), labels: labels.slice(0, count) };
    const result = await runAttack(attack, net, few, { seed: 0, ...options });
    result.dispose();
    return result;
  }

  const linf = { norm: "linf", eps } as const;
  test.each([
    ["fgsm", fgsm, n, linf, rates.fgsm],
    ["bim", bim({ steps: 20, stepSize: "0.1 eps" }), n, linf, rates.pgd],
    ["pma", pma({ steps: 20 }), n, linf, rates.pgd],
    ["di", di({ steps: 20 }), n, linf, rates.di],
    ["vmi", vmi({ neighbours: 5 }), n, linf, rates.vmi],
    ["spsa", spsa({ steps: 20, samples: 64 }), n, linf, rates.spsa],
    ["square", square({ queries: 500, rescale: true }), n, linf, rates.square],
    ["eight pixels", onePixel({ population: 80, generations: 60 }), 12, { norm: "l0", eps: 8 }, rates["one-pixel"]],
  ] as const)("%s succeeds as often as in torchattacks", async (_name, attack, count, threat, expected) => {
    const { success } = await attacked(attack, count, { threat });
    // But for one sample.
    expect(success.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(Math.round(count * expected) - 1);
  });

  // Two runs of such a search differ by some percent.
  test.each([
    ["Boundary", boundary({ steps: 2000 }), "l2", distances.boundary.slice(0, 6)],
    ["HopSkipJump in l2", hopSkipJump({ steps: 6 }), "l2", distances["hop-skip-jump l2"]],
    ["HopSkipJump in linf", hopSkipJump({ steps: 6 }), "linf", distances["hop-skip-jump linf"]],
    ["GeoDA, beside its HopSkipJump,", geoda({ queries: 1200, steps: 4 }), "l2", distances["hop-skip-jump l2"]],
    [
      "ZOO, beside its DDN,",
      zoo({ steps: 50, coordinates: 64, searchSteps: 5, weight: 1 }),
      "l2",
      distances.ddn.slice(0, 3),
    ],
  ] as const)("%s comes as near as in Foolbox", async (_name, attack, norm, expected) => {
    const { success, distance } = await attacked(attack, expected.length, {
      threat: { norm, eps: Infinity },
      aim: "nearest",
    });
    expect(success).not.toContain(0);
    const sum = (all: Iterable<number>): number => [...all].reduce((total, each) => total + each, 0);
    expect(sum(distance)).toBeLessThan(1.1 * sum(expected));
  });

  test.each([
    ["contrast", contrast, distances.contrast, 1e-3],
    // There the width grows in steps of 0.02.
    ["blur", blur, distances.blur, 0.02],
  ] as const)("%s is needed as much as in Foolbox", async (_name, attack, expected, tolerance) => {
    const threat = { norm: "l2", eps: Infinity } as const;
    const { success, distance } = await attacked(attack, expected.length, { threat, aim: "nearest" });
    expect([...success]).toEqual(expected.map((each) => Number(each !== null)));
    expect(distance).toBeAllclose(
      expected.map((each) => each ?? 0),
      { rtol: tolerance },
    );
  });

  test("rotations fool the net where they do in Foolbox", async () => {
    const attack = spatial({ translation: 0, translations: 1, rotations: 7 });
    const { success } = await attacked(attack, n, { threat: { norm: "l2", eps: Infinity }, aim: "nearest" });
    expect([...success]).toEqual(trained.turned);
  });
});
