import { describe, expect, test } from "vitest";
import { BACKENDS, judge, plainName, runs } from "../judge.mjs";
import type { Spec, SuiteResult } from "../types.ts";

const spec = (name: string, status: Spec["status"], ...messages: string[]): Spec => ({ name, status, messages });

const result = (specs: Spec[], name = "wasm", kernels: string[] = []): SuiteResult => ({
  backend: { name, version: "4.22.0", threads: 1 },
  kernels,
  specs,
});

const whole = { asShipped: false, whole: true };
const part = { asShipped: false, whole: false };

const CAST = "tensor wasm {} Tensor2D int32 -> bool";

describe("a run is good", () => {
  test("when all passes but exceptions by name and missing kernels", () => {
    const specs = [
      spec("relu wasm {} basic", "passed"),
      spec(CAST, "failed", "Arrays differ"),
      spec("complex wasm {} real", "failed", "it threw 'Kernel 'Complex' not registered for backend 'wasm''"),
    ];
    const { good, passed, excused, failures } = judge(result(specs), part);
    expect({ good, passed, failures }).toEqual({ good: true, passed: 1, failures: [] });
    expect(excused).toEqual({ "upstream: a cast from int32 to bool keeps the numbers": 1, "no kernel Complex": 1 });
  });
});

describe("a run is not good", () => {
  test("when something else fails, such as for want of a kernel that should be there", () => {
    const specs = [spec("relu wasm {} basic", "failed", "Error: Kernel 'Relu' not registered for backend 'wasm'")];
    const { good, failures } = judge(result(specs), part);
    expect(good).toBe(false);
    expect(failures.map(({ name }) => name)).toEqual(["relu basic"]);
  });

  test("when an exception passes, or a kernel is there that was missing", () => {
    const { good, stale } = judge(result([spec(CAST, "passed")], "wasm", ["Complex", "Relu"]), part);
    expect([good, ...stale]).toEqual([false, "Complex", "tensor Tensor2D int32 -> bool"]);
  });

  test("when tests got lost", () => {
    const specs = [spec("relu wasm {} basic", "passed")];
    expect(judge(result(specs), whole).good).toBe(false);
    expect(judge(result(specs), part).good).toBe(true);
  });

  test("when cpu, which has no exceptions, fails one of wasm's", () => {
    expect(judge(result([spec(CAST.replace("wasm", "cpu"), "failed", "no")], "cpu"), part).good).toBe(false);
  });
});

test("TensorFlow.js's own backend may fail elsewhere, but not pass what is upstream's", () => {
  const shipped = { asShipped: true, whole: false };
  const failing = [spec("conv2d wasm {} gradient", "failed", "no")];
  expect(judge(result(failing), shipped).good).toBe(true);
  expect(judge(result([spec(CAST, "passed")]), shipped).good).toBe(false);
});

test.each(Object.entries(BACKENDS))("%s: exceptions have reasons and are named once", (_, backend) => {
  const { EXCEPTIONS, MISSING_KERNELS } = backend;
  const names = EXCEPTIONS.flatMap(({ reason, tests }) => {
    expect(reason).not.toBe("");
    return Object.entries(tests).flatMap(([suite, list]) => list.map((name) => `${suite} ${name}`));
  });
  expect(new Set(names).size).toBe(names.length);
  expect(Object.values(MISSING_KERNELS).every((reason) => reason !== "")).toBe(true);
});

test("those that must not run do not, on their backend", () => {
  expect(runs("tile wasm {} 6D string tensor")).toBe(false);
});

test("those that must not run do not, on their backend", () => {
  expect(runs("tile wasm {} 1D (tile)")).toBe(true);
  expect(runs("tile tensorflow {} 6D string tensor")).toBe(true);
  expect(plainName("fused conv2d wasm {} basic")).toBe("fused conv2d basic");
});
