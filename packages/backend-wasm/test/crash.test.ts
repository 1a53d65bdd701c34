import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpu, startBackend } from "@kwta/backend";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test, vi } from "vitest";
import { random } from "../../backend/test/helpers/numbers.ts";
import type { StartThread, Thread } from "../src/host/threads.ts";
import { wasm } from "../src/index.ts";

const threads: Thread[] = [];

vi.mock("../src/platform/start-thread.node.ts", async (importOriginal) => {
  const { startNodeThread } = await importOriginal<{ startNodeThread: StartThread }>();
  const startNoted: StartThread = (code) => {
    const thread = startNodeThread(code);
    threads.push(thread);
    return thread;
  };
  return { startNodeThread: startNoted };
});

/** Values of a product that is large enough for several threads. */
function compute(): Float32Array {
  return tf.tidy(() => tf.matMul(random([200, 64], 1), random([64, 48], 2)).dataSync() as Float32Array).slice();
}

test.each(["wasm:threads=3", "wasm:threads=1", "cpu"])(
  "after a thread has ended, %s can be started",
  async (backend) => {
    await startBackend([wasm({ threads: 3, relaxedSimd: false })]);
    const expected = compute();
    threads.at(-1)!.terminate();
    const failure = await vi.waitFor(() => {
      const error = catchError(compute);
      if (error === undefined) throw new Error("It has not been told yet.");
      return error;
    });
    expect(failure.message).toMatch(
      /^The threads of the wasm backend stopped \(one of them ended\)\. Start it again; .*/,
    );
    expect(catchError(compute)?.message).toBe(failure.message);
    const { numTensors } = tf.memory();
    await startBackend([wasm(), cpu()], { backend });
    const after = compute();
    expect(tf.memory().numTensors).toBe(numTensors);
    if (backend === "cpu") after.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    else expect(after).toEqual(expected);
  },
);

function catchError(work: () => unknown): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

const built = new URL("../dist/platform/start-thread.node.js", import.meta.url);

test.skipIf(!existsSync(built))("a process ends although a thread is stuck (needs the package built)", () => {
  const script = `
    const { startNodeThread } = await import(${JSON.stringify(built.href)});
    const stuck = startNodeThread("port.postMessage(1); for (;;);");
    await new Promise((resolve) => { stuck.listen(resolve, () => {}); setTimeout(() => {}, 2000); });
    process.stdout.write("end");`;
  const options = { encoding: "utf8", timeout: 20_000 } as const;
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], options);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "end" });
});
