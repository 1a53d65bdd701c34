import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import { startBackend, type BackendReport } from "@kwta/backend";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../backend-wasm/src/index.ts";
import { random } from "../../backend/test/helpers/numbers.ts";
import { tensorflow } from "../src/index.node.ts";
import type { NodeBackend } from "../src/load/node-backend.ts";
import { notReady } from "./helpers/ready.ts";

/** Without our C++, so that it also runs where that has changed since the setup. */
const backend = tensorflow({ native: false });

describe.skipIf(notReady !== "")(`the tensorflow backend${notReady}`, () => {
  const environment = { ...process.env };
  const functions = Object.keys(util);

  let report: BackendReport;
  beforeAll(async () => {
    report = await startBackend([backend], { threads: 1 });
  });

  test("starts with right numbers", () => {
    expect(report).toMatchObject({
      name: "tensorflow",
      simd: true,
      params: { threads: 1, native: false, winograd: false },
    });
    expect(report.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(report.selfCheck.worst).toBeLessThan(2e-6);
  });

  test("uses the one copy of tfjs-core that is there, and changes nothing around it", () => {
    expect(tf.backend()).toBeInstanceOf(tf.KernelBackend);
    expect(tf.tidy(() => tf.relu(tf.ones([2])))).toBeInstanceOf(tf.Tensor);
    const { cache } = createRequire(import.meta.url);
    const paths = Object.keys(cache ?? {});
    expect(paths.filter((path) => /tfjs-node|google-protobuf|[\\/]@tensorflow[\\/]tfjs[\\/]/.test(path))).toEqual([]);
    const cores = new Set(paths.flatMap((path) => /^.*[\\/]tfjs-core[\\/]/.exec(path) ?? []));
    expect(cores.size).toBeLessThanOrEqual(1);
    expect({ ...process.env }).toEqual(environment);
    expect(Object.keys(util)).toEqual(functions);
  });

  test("fails with words that help, and leaves nothing behind", async () => {
    const { numTensors } = tf.memory();
    const inputs = [tf.ones([3, 2]), tf.ones([3, 2])];
    const running = tf.backend() as NodeBackend;
    const { TF_ATTR_TYPE: type, TF_FLOAT: value } = running.binding;
    const call = (op: string) => () => running.executeMultipleOutputs(op, [{ name: "T", type, value }], inputs, 1);
    expect(call("MatMul")).toThrow(
      "TensorFlow cannot compute MatMul: Matrix size-incompatible: In[0]: [3,2], In[1]: [3,2].",
    );
    expect(call("NoSuchOp")).toThrow(/^TensorFlow cannot compute NoSuchOp: .* set the backend up anew with kwta setup/);
    tf.dispose(inputs);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test("every optimizer trains on it, without a leak", () => {
    const { adadelta, adagrad, adam, adamax, momentum, rmsprop, sgd } = tf.train;
    const optimizers = [sgd(0.1), momentum(0.1, 0.9), adagrad(0.3), adadelta(1), adam(0.1), adamax(0.1), rmsprop(0.1)];
    const before = tf.memory().numTensors;
    const x = random([8, 5, 5, 3], 1) as tf.Tensor4D;
    for (const optimizer of optimizers) {
      const w = tf.tidy(() => tf.variable(random([3, 3, 3, 2], 2)));
      const step = (): number => {
        const cost = optimizer.minimize(
          () => tf.mean(tf.square(tf.sub(tf.conv2d(x, w as unknown as tf.Tensor4D, 1, "same"), 1))),
          true,
          [w],
        )!;
        const [loss] = cost.dataSync();
        cost.dispose();
        return loss!;
      };
      const first = step();
      const { numTensors } = tf.memory();
      for (let i = 0; i < 3; i++) step();
      expect(tf.memory().numTensors).toBe(numTensors);
      expect([optimizer.getClassName(), step() < first]).toEqual([optimizer.getClassName(), true]);
      optimizer.dispose();
      w.dispose();
    }
    x.dispose();
    // Optimizers keep constants of their own.
    expect(tf.memory().numTensors - before).toBeLessThan(20);
  });

  test("is kept when it is asked for again, and says that its threads are", async () => {
    const x = tf.tensor1d([1, 2]);
    const { threads, notes } = await startBackend([backend], { threads: 2 });
    expect([threads, ...x.dataSync()]).toEqual([1, 1, 2]);
    expect(notes.join()).toMatch(/It stays on 1 thread: /);
    await startBackend([wasm({ threads: 1 })]);
    await startBackend([backend]);
    expect(Array.from(x.dataSync())).toEqual([1, 2]);
    x.dispose();
  });
});

const built = [join("backend", "dist", "index.js"), join("backend-tensorflow", "dist", "index.node.js")].map((path) =>
  join(import.meta.dirname, "..", "..", path),
);
const unbuilt = built.every((path) => existsSync(path)) ? notReady : " (skipped: needs the package built)";

describe.skipIf(unbuilt !== "")(`in a process of its own${unbuilt}`, () => {
  const run = (script: string, env: Record<string, string> = {}) =>
    spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: join(import.meta.dirname, ".."),
      encoding: "utf8",
      timeout: 25_000,
      env: { ...process.env, ...env },
    });
  const start = `const [{ startBackend }, { tensorflow }] = await Promise.all(${JSON.stringify(built)}.map((path) => import(path)));
    const { name, threads } = await startBackend([tensorflow({ native: false })]);`;

  test("it prints nothing, takes KWTA_THREADS, and ends by itself", () => {
    const { status, stdout, stderr } = run(`${start} process.stdout.write(name + threads);`, { KWTA_THREADS: "3" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "tensorflow3", stderr: "" });
    expect(run(start, { KWTA_THREADS: "many" }).stderr).toMatch(/KWTA_THREADS is "many"; give a whole number/);
  });

  test("it works in a worker, and the process outlives that", () => {
    const inWorker = `Promise.all(${JSON.stringify(built)}.map((path) => import(path))).then(async (modules) => {
      const [{ startBackend }, { tensorflow }] = modules;
      const { parentPort } = await import("node:worker_threads");
      const { name, threads } = await startBackend([tensorflow({ native: false, threads: 1 })]);
      parentPort.postMessage(name + threads);
    });`;
    const { status, stdout, stderr } = run(`
      const { Worker } = await import("node:worker_threads");
      const worker = new Worker(${JSON.stringify(inWorker)}, { eval: true });
      worker.on("message", (text) => process.stdout.write(text));
      worker.on("exit", () => setTimeout(() => process.stdout.write(" end"), 200));`);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "tensorflow1 end", stderr: "" });
  });
});
