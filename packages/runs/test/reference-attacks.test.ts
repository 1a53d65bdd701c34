import {
  apgd,
  apgdT,
  asClassifier,
  cwL2,
  deepfool,
  fabT,
  mim,
  pgd,
  runAttack,
  square,
  type AttackLike,
  type Classifier,
  type Norm,
} from "@kwta/attacks";
import { decodeSafetensors, readInput, readJson } from "@kwta/core";
import { loadDataset, toTensors, type SampleTensors } from "@kwta/datasets";
import { createModel, loadStateDict } from "@kwta/models";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { start } from "./backend.ts";
import parity from "./reference-parity.json" with { type: "json" };

const references = process.env["KWTA_REFERENCE_DIR"] ?? "";
const dataDir = process.env["KWTA_DATA_DIR"] ?? "";
const reason = !existsSync(join(references, "r18w16-adv-relu.safetensors"))
  ? " (skipped: set KWTA_REFERENCE_DIR to the folder of reference values)"
  : !existsSync(join(dataDir, "cifar-10-batches-bin"))
    ? " (skipped: set KWTA_DATA_DIR to the folder that holds cifar-10-batches-bin)"
    : "";

/** The trace of an attack, as PyTorch measured it on the first 200 test images. */
interface Trace {
  readonly eps: number;
  readonly alpha: number;
  /** Before each of the 40 steps. */
  readonly meanLossPerStep: readonly number[];
  readonly robustAccuracyLastIterate: number;
}

describe.skipIf(reason !== "")(`attacks equal PyTorch${reason}`, () => {
  let samples: SampleTensors;

  beforeAll(async () => {
    await start("auto");
    const { test: images } = await loadDataset("cifar10", { dataDir });
    samples = toTensors(images, { start: 0, end: 200 });
  }, 60_000);

  // The adversarially trained net tells attacks apart; on the other one everything breaks, so a few steps are enough.
  test.each([
    ["r18w16-adv-relu", 40],
    ["r18w16-relu", 6],
  ])(
    "PGD on %s, %d steps",
    async (name, steps) => {
      const expected = (await readJson(join(references, `${name}.expected.json`))) as Record<
        "pgd40NoRandomStart",
        Trace
      >;
      const { eps, alpha, meanLossPerStep, robustAccuracyLastIterate } = expected.pgd40NoRandomStart;
      const model = await load(name);
      const { classifier, losses, correct } = recording(asClassifier(model), samples.labels);
      const result = await runAttack(
        pgd({ steps, stepSize: alpha, loss: "cross-entropy", randomStart: false }),
        classifier,
        samples,
        {
          threat: { norm: "linf", eps },
          seed: 0,
          stopEarly: false,
        },
      );
      result.dispose();
      model.dispose();
      const means = losses.map((sum) => sum / 200);
      for (const [t, mean] of means.entries()) expect(mean / meanLossPerStep[t]!).toBeCloseTo(1, 2);
      if (steps === 40) expect(Math.abs(correct[1]! / 200 - robustAccuracyLastIterate)).toBeLessThanOrEqual(1 / 200);
    },
    600_000,
  );

  test("FGSM on r18w16-adv-relu", async () => {
    const expected = (await readJson(join(references, "r18w16-adv-relu.expected.json"))) as Record<
      "torchattacks.FGSM",
      { robustAccuracy: number }
    >;
    const model = await load("r18w16-adv-relu");
    const fgsm = pgd({ steps: 1, stepSize: "1 eps", loss: "cross-entropy", randomStart: false });
    const result = await runAttack(fgsm, asClassifier(model), samples, {
      threat: { norm: "linf", eps: "8/255" },
      seed: 0,
    });
    result.dispose();
    model.dispose();
    const robust = result.success.filter((success, i) => result.cleanCorrect[i] === 1 && success === 0).length;
    expect(Math.abs(robust / 200 - expected["torchattacks.FGSM"].robustAccuracy)).toBeLessThanOrEqual(1 / 200);
  }, 60_000);
});

/** Attacks that others' libraries ran on the first images, and how many they left. */
describe.skipIf(reason !== "")(`attacks leave as many as others' libraries${reason}`, () => {
  const THEIRS: readonly [
    name: string,
    count: number,
    attack: AttackLike,
    threat: { norm: Norm; eps: string | number },
  ][] = [
    ["autoattack.apgd-ce", 50, apgd({ steps: 100 }), { norm: "linf", eps: "8/255" }],
    ["autoattack.fab-t", 50, fabT, { norm: "linf", eps: "8/255" }],
    ["foolbox.L2PGD50", 50, pgd({ steps: 50, stepSize: "0.1 eps", loss: "cross-entropy" }), { norm: "l2", eps: 0.5 }],
    [
      "torchattacks.PGD10",
      200,
      pgd({ steps: 10, stepSize: "2/255", loss: "cross-entropy", randomStart: false }),
      { norm: "linf", eps: "8/255" },
    ],
  ];

  test.each(THEIRS)(
    "%s on r18w16-adv-relu",
    async (name, count, attack, threat) => {
      await start("auto");
      const expected = (await readJson(join(references, "r18w16-adv-relu.expected.json"))) as Record<
        string,
        { robustAccuracy: number }
      >;
      const { test: images } = await loadDataset("cifar10", { dataDir });
      const samples = toTensors(images, { start: 0, end: count });
      const model = await load("r18w16-adv-relu");
      const { success, cleanCorrect, dispose } = await runAttack(attack, asClassifier(model), samples, {
        threat,
        seed: 0,
      });
      const robust = success.filter((broken, i) => cleanCorrect[i] === 1 && broken === 0).length;
      expect(Math.abs(robust - expected[name]!.robustAccuracy * count), `${robust} of ${count}`).toBeLessThanOrEqual(
        1.001,
      );
      dispose();
      model.dispose();
      samples.x.dispose();
    },
    300_000,
  );
});

/** The same of attacks that the reference values do not have; see reference-parity.py. */
describe.skipIf(reason !== "")(`attacks leave as many as torchattacks and AutoAttack${reason}`, () => {
  const { eps, images, queries, steps, left } = parity;
  const OURS: Readonly<Record<string, AttackLike>> = {
    "torchattacks.MIFGSM": mim({ steps: 10, stepSize: "2/255", loss: "cross-entropy" }),
    "torchattacks.Square": square({ queries, rescale: true }),
    "autoattack.square": square({ queries }),
    "autoattack.apgd-t": apgdT({ steps }),
  };
  const cases = Object.entries(left).flatMap(([net, { clean, ...counts }]) =>
    Object.entries(counts).map(([name, count]) => [name, net, count, clean] as const),
  );

  test.each(cases)(
    "%s on %s: %d of %d",
    async (name, net, count, clean) => {
      await start("auto");
      const { test: data } = await loadDataset("cifar10", { dataDir });
      const samples = toTensors(data, { start: 0, end: images });
      const model = await load(net);
      const { success, cleanCorrect, dispose } = await runAttack(OURS[name]!, asClassifier(model), samples, {
        threat: { norm: "linf", eps },
        seed: 0,
      });
      expect(cleanCorrect.filter(Boolean)).toHaveLength(clean);
      const robust = success.filter((broken, i) => cleanCorrect[i] === 1 && broken === 0).length;
      expect(Math.abs(robust - count), `${robust} of ${count}`).toBeLessThanOrEqual(1);
      dispose();
      model.dispose();
      samples.x.dispose();
    },
    300_000,
  );
});

/** Foolbox's smallest perturbations of the first 50 images. */
interface Minima {
  readonly cleanCorrect: readonly number[];
  readonly [attack: string]: readonly number[] | { readonly norm: readonly number[] };
}

describe.skipIf(reason !== "")(`minimum-norm attacks come as near as Foolbox's${reason}`, () => {
  test.each<[string, Norm, AttackLike]>([
    ["LinfDeepFool", "linf", deepfool],
    ["L2DeepFool", "l2", deepfool],
    ["L2CarliniWagner", "l2", cwL2({ rounds: 6, iterations: 300, constant: 0.01 })],
  ])(
    "%s on r18w16-adv-relu",
    async (name, norm, attack) => {
      await start("auto");
      const expected = (await readJson(join(references, "r18w16-adv-relu.expected.json"))) as Record<
        "foolbox.minimumNormsPerSampleFirst50",
        Minima
      >;
      const minima = expected["foolbox.minimumNormsPerSampleFirst50"];
      const { test: images } = await loadDataset("cifar10", { dataDir });
      const samples = toTensors(images, { start: 0, end: 50 });
      const model = await load("r18w16-adv-relu");
      const { distance, cleanCorrect, success, dispose } = await runAttack(attack, asClassifier(model), samples, {
        threat: { norm, eps: Infinity },
        seed: 0,
        aim: "nearest",
      });
      const theirs = (minima[name] as { readonly norm: readonly number[] }).norm;
      for (const [row, correct] of cleanCorrect.entries()) {
        if (correct === 0 || minima.cleanCorrect[row] === 0) continue;
        expect(success[row], `image ${row}`).toBe(1);
        expect(distance[row]! / theirs[row]!, `image ${row}`).toBeLessThanOrEqual(1.05);
      }
      dispose();
      model.dispose();
      samples.x.dispose();
    },
    600_000,
  );
});

async function load(name: string): Promise<LayersModel> {
  const weights = decodeSafetensors(await readInput(join(references, `${name}.safetensors`)));
  const model = createModel("resnet18-w16@relu", { inputShape: [32, 32, 3], numClasses: 10 });
  loadStateDict(model, weights.tensors);
  return model;
}

/** Sums, over the batches, the loss of each gradient call and the correct answers of each forward call. */
function recording(
  classifier: Classifier,
  labels: Int32Array,
): { classifier: Classifier; losses: number[]; correct: number[] } {
  const losses: number[] = [];
  const correct: number[] = [];
  const calls = new Map<number, { logits: number; gradients: number }>();
  const callsOf = (ids: Int32Array) => {
    const first = ids[0]!;
    calls.set(first, calls.get(first) ?? { logits: 0, gradients: 0 });
    return calls.get(first)!;
  };
  return {
    losses,
    correct,
    classifier: {
      ...classifier,
      logits(x, ids) {
        const logits = classifier.logits(x, ids);
        const predicted = tf.tidy(() => tf.argMax(logits, 1).dataSync());
        const call = callsOf(ids).logits++;
        correct[call] = (correct[call] ?? 0) + predicted.filter((each, i) => each === labels[ids[i]!]).length;
        return logits;
      },
      lossAndGradient(x, ids, loss, options) {
        const found = classifier.lossAndGradient(x, ids, loss, options);
        const call = callsOf(ids).gradients++;
        losses[call] = (losses[call] ?? 0) + tf.tidy(() => tf.sum(found.loss).dataSync()[0]!);
        return found;
      },
    },
  };
}
