import { writeFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { wasm } from "../../backend-wasm/src/index.ts";
import { cpu, startBackend } from "../src/index.ts";
import { selfCheckCases } from "../src/self-check/cases.ts";
import { fingerprint, fingerprintError, pattern, type Fingerprint } from "../src/self-check/fingerprint.ts";
import { selfCheckNumbers } from "../src/self-check/numbers.ts";
import { OUTPUT, selfCheck } from "../src/self-check/self-check.ts";
import { differentiate, gradients, references } from "./helpers/self-check-reference.ts";

test("the stored numbers are those of loops and differences in double precision", () => {
  const computed = Object.fromEntries(Object.keys(selfCheckCases).map((name) => [name, reference(name)]));
  if (process.env["UPDATE_SELF_CHECK"]) store(computed);
  expect(Object.keys(selfCheckNumbers)).toEqual(Object.keys(computed));
  for (const [name, parts] of Object.entries(computed)) {
    for (const [part, expected] of Object.entries(parts)) {
      expect(fingerprintError(selfCheckNumbers[name]![part]!, expected), `${part} of ${name}`).toBeLessThan(1e-7);
    }
  }
});

test("what is wrong in TensorFlow.js is found, before it is put right", async () => {
  await tf.setBackend("cpu");
  const { passed, failures } = await selfCheck();
  expect(passed).toBe(false);
  const found = Object.keys(selfCheckCases).filter((name) =>
    failures.some((failure) => failure.startsWith(`${name} failed`) || failure.includes(` of ${name} is `)),
  );
  expect(found).toEqual([
    "dilated convolution",
    "convolution of volumes",
    "max pooling of volumes",
    "average pooling of volumes",
    "average pooling that sticks out",
    "resizing to the nearest",
    "resizing between",
    "mirrored border",
    "running sum",
    "depth to space",
    "sum of Einstein",
    "choice by batch",
    "larger of two shapes",
  ]);
});

describe.each([wasm(), cpu()])("on $name", (backend) => {
  test("the self-check passes, in a tenth of a second, and leaves nothing behind", async () => {
    await startBackend([backend]);
    const before = tf.memory();
    const { passed, compared, worst, failures } = await selfCheck();
    expect(failures).toEqual([]);
    expect(passed).toBe(true);
    expect(compared).toBe(76);
    expect(worst).toBeLessThan(2e-6);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers });
  });
});

test("one value of one tensor that is a twentieth off is found", () => {
  const values = pattern(300, 0);
  values[123]! *= 1.05;
  expect(fingerprintError(fingerprint(values), fingerprint(pattern(300, 0)))).toBeGreaterThan(2e-5);
  values[123] = NaN;
  expect(fingerprintError(fingerprint(values), fingerprint(pattern(300, 0)))).toBeNaN();
});

/** By part, as the self-check has them. */
function reference(name: string): Record<string, Fingerprint> {
  const names = Object.keys(selfCheckCases[name]!.inputs);
  const inputs = names.map((input, i) => {
    const { shape, scale = 1, shift = 0 } = selfCheckCases[name]!.inputs[input]!;
    return Array.from(pattern(tf.util.sizeFromShape([...shape]), i).map((value) => value * scale + shift));
  });
  const output = references[name]!(...inputs);
  const dy = Array.from(pattern(output.length, OUTPUT));
  const byInput = gradients[name]?.(inputs, dy) ?? differentiate(references[name]!, inputs, dy);
  const parts: [string, Fingerprint][] = byInput.map((values, i) => [`gradient by ${names[i]!}`, fingerprint(values)]);
  return Object.fromEntries([["output", fingerprint(output)], ...parts]);
}

function store(computed: object): void {
  const rounded = JSON.stringify(
    computed,
    (_, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(9)) : value),
    2,
  );
  writeFileSync(
    new URL("../src/self-check/numbers.ts", import.meta.url),
    `import type { Fingerprint } from "./fingerprint.ts";

/**
 * Fingerprints of what {@link selfCheckCases} give, from plain loops and central differences in double precision:
 * \`UPDATE_SELF_CHECK=1 npx vitest run packages/backend/test/self-check.test.ts\` writes this file.
 */
export const selfCheckNumbers: Readonly<Record<string, Readonly<Record<string, Fingerprint>>>> = ${rounded};
`,
  );
}
