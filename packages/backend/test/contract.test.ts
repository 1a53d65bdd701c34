import { InputError, parseParams, resolveParams, type Params, type ParamSchema } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { KERNEL_PACK_API, startBackend, type KernelPack } from "../src/index.ts";
import { choose, specOf } from "../src/start/choose.ts";
import { BACKENDS } from "./helpers/backends.ts";

/** Doubles. A backend that has no use for kernels on arrays does without. */
const double: KernelPack = {
  api: KERNEL_PACK_API,
  name: "double",
  typedArray: async () => [
    {
      kernelName: "TestDouble",
      inputNames: ["x"],
      outputShapes: ([x]) => [[...x!]],
      run: ([x], [y]) => x!.forEach((value, i) => (y![i] = 2 * value)),
    },
  ],
  checks: [],
};

describe.each(BACKENDS.map((backend) => [backend.name, backend] as const))("%s keeps the contract", (name, backend) => {
  test("has a schema whose defaults can be used, with a word on each parameter", () => {
    expect(resolveParams(name, backend.schema)).toBeDefined();
    for (const { description } of Object.values(backend.schema)) expect(description).toMatch(/\S/);
    expect(backend.params).toEqual({});
  });

  test("with() gives another one that has these parameters, too", () => {
    const params = someParams(backend.schema);
    const other = backend.with(params);
    expect(other.params).toEqual(params);
    expect(other.with({}).params).toEqual(params);
    expect(backend.params).toEqual({});
    expect([Object.isFrozen(other), Object.isFrozen(other.params)]).toEqual([true, true]);
    expect(() => backend.with({ noSuch: 1 } as never)).toThrow(`Unknown parameter of ${name} "noSuch"`);
  });

  test("is written as text that reads the same", () => {
    const params = someParams(backend.schema);
    const text = specOf(name, params);
    expect(choose([backend], { backend: text }, {}).backends[0]!.params).toEqual(params);
  });

  test("refuses packs of another contract", async () => {
    const bad = { ...double, api: 2 } as unknown as KernelPack;
    await expect(backend.register(bad)).rejects.toThrow(InputError);
    await expect(backend.register(bad)).rejects.toThrow(
      'The kernel pack "double" cannot be used: its contract version (api) is 2, this is @kwta/backend with version 1',
    );
  });

  test("starts as its report says, or tells why it cannot be had and what to do", async ({ skip }) => {
    const report = await startBackend([backend], { kernels: [double] }).catch((error: unknown) => error as Error);
    if (report instanceof Error) {
      expect(report).toBeInstanceOf(InputError);
      expect(report.message).toMatch(new RegExp(`^The backend "${name}" cannot be used here\\. ${name}: [A-Z]`));
      skip(report.message);
      return;
    }
    expect(report).toMatchObject({ name, spec: specOf(name, report.params), selfCheck: { passed: true } });
    expect(tf.getBackend()).toBe(name);
    expect(report.threads).toBeGreaterThanOrEqual(1);
    expect(resolveParams(name, backend.schema, report.params)).toEqual(report.params);
    const again = await startBackend([backend], { backend: report.spec });
    expect(again.spec).toBe(report.spec);
    if (!tf.getKernel("TestDouble", name)) return;
    const y = tf.tidy(() => tf.engine().runKernel<tf.Tensor>("TestDouble", { x: tf.tensor1d([1, -2]) }));
    expect([...(await y.data())]).toEqual([2, -4]);
    y.dispose();
  });
});

/** One of each that is not the default. */
function someParams(schema: ParamSchema): Params {
  const texts = Object.entries(schema).map(([name, spec]) => {
    if (spec.type === "choice") return [name, spec.choices.at(-1)!];
    if (spec.type === "string") return [name, "text"];
    return [name, spec.type === "boolean" ? String(!spec.default) : String((spec.default as number) + 1)];
  });
  return parseParams("test", schema, Object.fromEntries(texts) as Record<string, string>) as Params;
}
