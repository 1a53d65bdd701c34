import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { wasm } from "../../backend-wasm/src/index.ts";
import { checkGradients, checkOneCopy, cpu, startBackend } from "../src/index.ts";
import { checkSameCore } from "../src/platform/platform.node.ts";
import { start } from "./helpers/backends.ts";
import { random } from "./helpers/numbers.ts";

afterEach(() => vi.unstubAllEnvs());

/** Values of a forward pass and both gradients, large enough for several threads. */
function compute(): Float32Array[] {
  return tf.tidy(() => {
    const inputs = [random([4, 17, 16, 24], 1), random([3, 3, 24, 40], 2)];
    const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
    return [convolve(inputs[0]!, inputs[1]!), ...tf.grads(convolve)(inputs)].map((y) => y.dataSync() as Float32Array);
  });
}

test("wasm computes the same bits on any number of threads, and each start gives the number asked for", async () => {
  const listeners = process.listenerCount("uncaughtException");
  const results: Float32Array[][] = [];
  for (const threads of [1, 2, 3, 1]) {
    const report = await startBackend([wasm({ threads })]);
    expect(report).toMatchObject({ name: "wasm", version: "4.22.0", threads, simd: true, skipped: [] });
    results.push(compute());
  }
  results.forEach((result) => expect(result).toEqual(results[0]));
  expect(process.listenerCount("uncaughtException")).toBe(listeners);
  expect("Worker" in globalThis).toBe(false);
});

test("a backend that runs is kept when no number of threads is asked for", async () => {
  // Where tensorflow is set up it would be the better one.
  vi.stubEnv("KWTA_CACHE_DIR", import.meta.dirname);
  await startBackend([wasm({ threads: 1 })]);
  const x = tf.tensor1d([1, 2]);
  const report = await start();
  expect([report.threads, ...x.dataSync()]).toEqual([1, 1, 2]);
  if (availableParallelism() > 1) expect(report.notes.join()).toMatch(/It is faster on \d+ threads than on 1/);
  x.dispose();
});

test("what is reported starts the same backend: it is kept, and its tensors with it", async () => {
  const { spec, params } = await startBackend([wasm({ winograd: false })], { threads: 1 });
  expect(spec).toMatch(/^wasm:threads=1,relaxedSimd=(true|false),memory=own,winograd=false$/);
  const x = tf.tensor1d([1, 2]);
  expect(await start({ backend: spec })).toMatchObject({ spec, params });
  expect([...x.dataSync()]).toEqual([1, 2]);
  x.dispose();
  expect(await start({ backend: "wasm:threads=1" })).toMatchObject({ params: { threads: 1, winograd: false } });
});

test("the environment chooses the backend where the program does not", async () => {
  vi.stubEnv("KWTA_BACKEND", "cpu");
  expect((await start()).name).toBe("cpu");
  expect((await start({ backend: "wasm", threads: 1 })).name).toBe("wasm");
  vi.stubEnv("KWTA_BACKEND", "wasm:winograd=true");
  vi.stubEnv("KWTA_THREADS", "2");
  expect(await start()).toMatchObject({ params: { threads: 2, winograd: true } });
  expect(await startBackend([cpu()])).toMatchObject({ name: "cpu" });
  vi.stubEnv("KWTA_BACKEND", "gpu");
  await expect(start()).rejects.toThrow('Unknown backend "gpu"');
});

describe("what must hold of TensorFlow.js", () => {
  test("gradients: without them the error says what to import", () => {
    checkGradients();
    const gradient = tf.getGradient("Sum");
    tf.unregisterGradient("Sum");
    try {
      expect(checkGradients).toThrow('import "@tensorflow/tfjs-layers"');
    } finally {
      tf.registerGradient(gradient);
    }
  });

  test("one copy: another one that was loaded first is found", () => {
    checkOneCopy();
    // What makes the environment belong to a class of another copy.
    Object.defineProperty(tf.Environment, Symbol.hasInstance, { configurable: true, value: () => false });
    expect(checkOneCopy).toThrow(/Two copies of @tensorflow\/tfjs-core are loaded/);
    delete (tf.Environment as { [Symbol.hasInstance]?: unknown })[Symbol.hasInstance];
    checkOneCopy();
  });

  test("one copy: a package that would load another one is named", () => {
    const packages = [
      { name: "absent", core: undefined },
      { name: "@tensorflow/tfjs-layers", core: "/elsewhere/tfjs-core/package.json" },
    ];
    expect(() => checkSameCore(packages)).toThrow(/@tensorflow\/tfjs-layers uses another copy .*elsewhere/);
  });
});

const built = (name: string): URL => new URL(`../../${name}/dist/index.js`, import.meta.url);
const isBuilt = ["backend", "backend-wasm", "backend-webgpu"].every((name) => existsSync(built(name)));

/** What forbids threads, among other things. */
const permissionFlag = Number.parseInt(process.versions.node, 10) < 24 ? "--experimental-permission" : "--permission";

/** Runs a script in a process of its own. */
function run(script: string, flags: readonly string[] = []): { status: number | null; stdout: string; stderr: string } {
  const code = `const { startBackend, probeBackends, cpu } = await import("${built("backend").href}");
    const { wasm } = await import("${built("backend-wasm").href}");
    const { webgpu } = await import("${built("backend-webgpu").href}");
    ${script}`;
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  return spawnSync(process.execPath, [...flags, "--input-type=module", "--eval", code], {
    cwd,
    encoding: "utf8",
    timeout: 25_000,
  });
}

describe.skipIf(!isBuilt)("a process of its own (needs the packages built)", () => {
  test("prints nothing, gets all cores, and ends by itself although threads wait", () => {
    const { status, stdout, stderr } = run("process.stdout.write(String((await startBackend([wasm()])).threads));");
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: String(Math.min(8, availableParallelism())),
      stderr: "",
    });
  });

  test("where threads are forbidden, wasm computes on one and says why", () => {
    const script = "process.stdout.write(JSON.stringify(await startBackend([wasm({ threads: 2 })])));";
    const { status, stdout } = run(script, [permissionFlag, "--allow-fs-read=*"]);
    const { name, threads, notes } = JSON.parse(stdout) as { name: string; threads: number; notes: string[] };
    expect([status, name, threads]).toEqual([0, "wasm", 1]);
    expect(notes[0]).toMatch(/^It computes on one thread: 2 could not be started \(Access to this API .*\)\.$/);
  });

  test("an error after the start is reported as in any program", () => {
    const { status, stderr } = run(`await startBackend([wasm({ threads: 2 })]); throw new Error("mine");`);
    expect(status).toBe(1);
    expect(stderr).toMatch(/Error: mine/);
  });

  test("probing tells of every backend", () => {
    const { stdout } = run("process.stdout.write(JSON.stringify(await probeBackends([webgpu(), wasm(), cpu()])));");
    const probes = JSON.parse(stdout) as { name: string; found: boolean; gflops: number }[];
    expect(probes.map(({ name }) => name)).toEqual(["webgpu", "wasm", "cpu"]);
    const found = probes.filter((probe) => probe.found);
    // The others need what this machine may not have.
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(["wasm", "cpu"]));
    found.forEach(({ gflops }) => expect(gflops).toBeGreaterThan(0));
  });
});
