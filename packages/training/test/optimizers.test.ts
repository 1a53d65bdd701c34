import * as tf from "@tensorflow/tfjs-core";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { useWay } from "../../../test/use-way.ts";
import { clipByNorm } from "../src/gradients.ts";
import {
  defineOptimizer,
  formatOptimizer,
  formatSchedule,
  learningRateAt,
  makeOptimizer,
  optimizerSettings,
  parseOptimizer,
  parseSchedule,
  sgd,
  type NamedVariable,
} from "../src/index.ts";
import { WAYS } from "./ways.ts";

interface Golden {
  readonly shapes: number[][];
  readonly optimizers: Record<string, number[][][]>;
  readonly clipped: Record<string, number[][]>;
  readonly schedules: Record<string, number[]>;
}

const golden = JSON.parse(await readFile(new URL("golden/optimizers.json", import.meta.url), "utf8")) as Golden;

/** As the script has them. */
function numbers(shape: number[], key: number): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => Math.sin(3.7 * i + key)),
    shape,
  );
}

function makeVariables(): NamedVariable[] {
  return golden.shapes.map((shape, i) => ({
    name: `w${i}`,
    variable: tf.tidy(() => tf.variable(numbers(shape, 10 + i))),
  }));
}

describe.each(WAYS)("%s", (_way, each) => {
  useWay(each);

  test.each(Object.entries(golden.optimizers))(
    "%s makes torch's steps, and goes on from its state",
    async (text, steps) => {
      const before = tf.memory().numTensors;
      const optimizer = parseOptimizer(text.replace(/:$/, ""));
      const variables = makeVariables();
      let running = optimizer.start(variables);
      for (const [step, expected] of steps.entries()) {
        if (step === 3) {
          // As a process that begins here would.
          const state = await running.state();
          running.dispose();
          running = makeOptimizer(optimizerSettings(optimizer)).start(variables);
          running.restore(state);
        }
        const gradients = golden.shapes.map((shape, i) => numbers(shape, 100 * step + i));
        running.step(gradients, { learningRate: 0.1 / (1 + step), count: step + 1 });
        tf.dispose(gradients);
        for (const [i, { variable }] of variables.entries()) {
          expect([...variable.dataSync()]).toBeAllclose(expected[i]!, { atol: 1e-6 });
        }
      }
      running.dispose();
      tf.dispose(variables.map(({ variable }) => variable));
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  test.each(Object.entries(golden.clipped))(
    "gradients are clipped to a norm of %s as torch does it",
    (most, expected) => {
      const clipped = clipByNorm(
        golden.shapes.map((shape, i) => numbers(shape, i)),
        Number(most),
      );
      for (const [i, gradient] of clipped.entries()) {
        expect([...gradient.dataSync()]).toBeAllclose(expected[i]!, { atol: 1e-6 });
      }
    },
  );
});

test.each(Object.entries(golden.schedules))("%s is torch's schedule", (text, expected) => {
  const rate = parseSchedule(text);
  const rates = expected.map((_, step) => learningRateAt(rate, { step, stepsPerEpoch: 4, totalSteps: 20 }));
  expect(rates).toBeAllclose(expected, { rtol: 1e-9 });
  expect(parseSchedule(formatSchedule(rate))).toEqual(rate);
});

test("what cannot be used is refused, and the nearest name offered", () => {
  expect(() => parseOptimizer("sdg")).toThrow(/Unknown optimizer "sdg".*sgd/);
  expect(() => parseOptimizer("sgd:momentun=0.9")).toThrow(/"momentun".*momentum/);
  expect(() => parseOptimizer("sgd:momentum=2")).toThrow(/momentum of the optimizer sgd is 2/);
  expect(() => parseSchedule("step:start=0.1")).toThrow(/Unknown schedule "step".*steps/);
  expect(() => parseSchedule("steps:start=0")).toThrow(/start must be a positive number/);
  expect(() => parseSchedule("one-cycle:warmup=1")).toThrow(/warm-up must lie between 0 and 1/);
  expect(() => parseSchedule("-0.1")).toThrow(/must be a positive number/);
  expect(parseSchedule("0.05")).toBe(0.05);
  expect(formatOptimizer(sgd({ weightDecay: 5e-4, nesterov: true }))).toBe("sgd:nesterov=true,weightDecay=0.0005");
  const own = makeVariables();
  const running = sgd().start(own);
  expect(() => running.restore(new Map())).toThrow(/state of the optimizer.*velocity\/w0.*missing/);
  const named = defineOptimizer({
    id: "own",
    summary: "",
    params: {},
    slots: [],
    rule:
      () =>
      ({ value }) => [value],
  });
  expect(named().id).toBe("own");
});
