import { asClassifier, ddn, pgd, uniformNoise } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import { Validator } from "@cfworker/json-schema";
import { beforeAll, expect, test } from "vitest";
import {
  checkEvaluation,
  evaluate,
  EVALUATION_SCHEMA,
  quick,
  withAttacks,
  type Evaluation,
  type ProtocolEntry,
} from "../src/index.ts";

type Json = Record<string, unknown>;
let report: Evaluation & Json;
let others: readonly Evaluation[];

beforeAll(async () => {
  await tf.setBackend("cpu");
  const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [2], useBias: false })] });
  // It gets all three right, and attacks break some.
  model.setWeights([
    tf.tensor2d([
      [2, 0, -1],
      [-2, 0.5, 2],
    ]),
  ]);
  const x = tf.tensor2d([
    [0.9, 0.1],
    [0.3, 0.4],
    [0.2, 0.6],
  ]);
  const protocol = withAttacks(quick({ steps: 2, estimateSamples: 0 }), [
    { id: "noise", attack: uniformNoise(), samples: 2, on: "survivors", role: "diagnostic" },
    { id: "short", attack: pgd({ steps: 1 }), eps: [0.1] },
  ]);
  const made = await evaluate(
    asClassifier(model),
    { x, labels: Int32Array.of(0, 1, 2) },
    {
      protocol,
      threat: { norm: "linf", eps: [0.1, 0.9] },
      keepImages: 3,
      command: "kwta evaluate",
      subject: { model: "a net", classNames: ["a", "b", "c"] },
      environment: { node: "20" },
    },
  );
  report = JSON.parse(JSON.stringify(made)) as typeof report;
  const attack = pgd({ steps: 1 });
  const entries: ProtocolEntry[] = [
    { id: "rounds", attack, rounds: 2, on: "survivors", start: "best", passes: 100 },
    { id: "nearest", attack: ddn({ steps: 3 }), aim: "nearest" },
  ];
  const labels = Int32Array.of(0, 1, 2);
  const threat = { norm: "l2", eps: [0.1, 0.5] } as const;
  const evaluated = (budget?: number): Promise<Evaluation> =>
    evaluate(asClassifier(model), { x, labels }, { protocol: { id: "mine", entries }, threat, budget, keepImages: 1 });
  others = JSON.parse(JSON.stringify([await evaluated(), await evaluated(1e-9)])) as Evaluation[];
});

test("the schema is published as a file", async () => {
  const text = `${JSON.stringify(EVALUATION_SCHEMA, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../schema/kwta-evaluation-3.schema.json");
});

/** Every object takes what it names and nothing else. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return "properties" in inner && "type" in inner ? { additionalProperties: false, ...inner } : inner;
}

test("a real report is what the schema says, with no field that it does not name", () => {
  const [whole, stopped] = others;
  expect(whole).toMatchObject({
    minimumNorm: {},
    robust: [{ converged: {} }, {}],
    attacks: [{ at: [{ rounds: [{}] }, {}] }, { nearest: {} }],
  });
  expect(stopped).toMatchObject({ stopped: { why: "budget" } });
  for (const each of [report, ...others]) {
    expect(checkEvaluation(each, "a")).toBe(each);
    const { errors } = new Validator(closed(EVALUATION_SCHEMA) as object, "2020-12").validate(each);
    expect(errors).toEqual([]);
  }
  const [image] = report.attacks[0]!.at.flatMap(({ images }) => images);
  const { label, predicted, logits } = image!;
  expect(Math.max(...logits!.original)).toBe(logits!.original[label]);
  expect(Math.max(...logits!.adversarial)).toBe(logits!.adversarial[predicted]);
});

test("another schema, an older one and a damaged file are refused in one sentence", () => {
  const refused = (change: (copy: Json) => unknown): string => {
    const copy = structuredClone(report) as Json;
    try {
      checkEvaluation(change(copy) ?? copy, '"report.json"');
    } catch (error) {
      return (error as Error).message;
    }
    return "taken";
  };
  expect(refused(() => [])).toMatch(
    /^"report\.json" is not the report\.json of an evaluation: its schema is undefined/,
  );
  expect(refused((copy) => void (copy["schema"] = "kwta-evaluation@2"))).toMatch(
    /older version .* run kwta evaluate again\.$/,
  );
  expect(refused((copy) => void (copy["schema"] = "kwta-evaluation@4"))).toMatch(/newer version/);
  expect(refused((copy) => void (copy["schema"] = "kwta-quickstart@2"))).toMatch(/its schema is "kwta-quickstart@2"/);
  expect(refused((copy) => void delete copy["n"])).toMatch(/is damaged, at \/: .*"n"/);
  expect(refused((copy) => void ((copy["threat"] as Json)["norm"] = "l3"))).toMatch(/damaged, at \/threat\/norm: /);
  expect(refused((copy) => void ((copy["attacks"] as Json[])[0]!["at"] = 7))).toMatch(/at \/attacks\/0\/at: .*"array"/);
  expect(refused((copy) => void (copy["n"] = 4))).toMatch(/damaged, ids has 3 entries for 4 samples/);
  expect(refused((copy) => void (copy["cleanErrors"] = [9]))).toMatch(/cleanErrors names samples that are not there/);
  const part = (copy: Json): Json => ((copy["attacks"] as Json[])[0]!["at"] as Json[])[0]!;
  expect(refused((copy) => void (part(copy)["queries"] = []))).toMatch(/"pgd" says something of samples/);
});
