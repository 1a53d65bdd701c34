import { runInNewContext } from "node:vm";
import type { WasmCode } from "@kwta/backend";
import { InputError } from "@kwta/core";
import { afterEach, describe, expect, test } from "vitest";
import { wasmCode } from "../src/host/_wasm-code.ts";
import { THREAD_CODE, WORDS } from "../src/host/thread-code.ts";
import type { StartThread, Thread } from "../src/host/threads.ts";
import { WasmHost, type HostOptions } from "../src/host/wasm-host.ts";
import { startNodeThread } from "../src/platform/start-thread.node.ts";

const PAGE = 65_536;
const PAGES = 24;

const started: Thread[] = [];
const hosts: WasmHost[] = [];
afterEach(() => hosts.splice(0).forEach((host) => host.terminate()));

/** Notes each thread. */
const startNoted: StartThread = (code) => {
  const thread = startNodeThread(code);
  started.push(thread);
  return thread;
};

/** A small memory that grows by pages and gives nothing back, and a host in it. */
function makeHost(options: HostOptions): WasmHost {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: PAGES, shared: true });
  let next = 64;
  const malloc = (bytes: number): number => {
    const address = next;
    const missing = Math.ceil((address + bytes - memory.buffer.byteLength) / PAGE);
    try {
      if (missing > 0) memory.grow(missing);
    } catch {
      throw new InputError(`The wasm backend is out of memory: ${bytes} more bytes were asked for.`);
    }
    next = Math.ceil((address + bytes) / 16) * 16;
    return address;
  };
  const host = new WasmHost({ memory, malloc, free() {} }, { startThread: startNoted, ...options });
  hosts.push(host);
  return host;
}

const MOST = 640;
const ADD = 0;

/** The sum of two arrays in chunks of so many numbers. */
class Sums {
  readonly #host: WasmHost;
  readonly #places: readonly [number, number, number];

  constructor(host: WasmHost) {
    this.#host = host;
    this.#places = [host.allocate(4 * MOST), host.allocate(4 * MOST), host.allocate(4 * MOST)];
  }

  /** Where the result differs from what this thread finds; -1 where it does not. Each number is exact. */
  run(seed: number, count: number, block: number, code: WasmCode = wasmCode): number {
    const [a, b, to] = this.#places;
    const [x, y] = [this.#host.view(a, count), this.#host.view(b, count)];
    for (let i = 0; i < count; i++) {
      x[i] = (seed * 31 + i) % 4096;
      y[i] = (seed * 17) % 1024;
    }
    this.#host.view(to, count).fill(-1);
    const words = [a, b, to, count, block, count, ADD];
    this.#host.run(code, "elementwise", Math.ceil(count / block), words);
    return this.#host.view(to, count).findIndex((sum, i) => sum !== x[i]! + y[i]!);
  }
}

describe.each([2, 3, 4])("%i threads", (threads) => {
  test("20,000 small jobs are all done, once, whatever is loaded meanwhile", async () => {
    const host = makeHost({ threads });
    await host.load(wasmCode);
    const sums = new Sums(host);
    let wrong = 0;
    for (let job = 0; job < 20_000; job++) {
      const block = 4 * (1 + (job % 5));
      const count = block * (1 + (job % 29)) - (job % 3);
      if (sums.run(job, count, block) >= 0) wrong += 1;
      // A pause, in which the threads go to sleep.
      if (job % 2000 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      // The same functions once more, under other numbers, while work goes on.
      if (job % 4000 === 1) void host.load({ ...wasmCode });
      if (job % 500 === 0) await Promise.resolve();
    }
    expect(wrong).toBe(0);
    expect(host.failed).toBe(false);
  });
});

test("modules that are loaded at the same time do not get into each other's way", async () => {
  const host = makeHost({ threads: 3 });
  const codes = [wasmCode, { ...wasmCode }, { ...wasmCode }];
  const sums = new Sums(host);
  // Before it is loaded, a module runs on this thread.
  expect(sums.run(0, 64, 4, codes[2])).toBe(-1);
  await Promise.all([...codes, ...codes].map((code) => host.load(code)));
  for (let job = 1; job < 300; job++) expect(sums.run(job, 64, 4, codes[job % 3])).toBe(-1);
});

test.each(["sequence", "paused"] as const)("told to stop when it has just read %s, a thread does not sleep", (word) => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  let hear: ((message: object) => void) | undefined;
  let told = false;
  const atomics = {
    sub: Atomics.sub.bind(Atomics),
    load(words: Int32Array, index: number): number {
      const value = Atomics.load(words, index);
      if (index === WORDS[word] && !told) {
        told = true;
        Atomics.store(words, WORDS.paused, 1);
        Atomics.add(words, WORDS.sequence, 1);
      }
      return value;
    },
    wait(words: Int32Array, index: number, value: number): void {
      if (Atomics.load(words, index) === value) throw new Error("It sleeps, and nobody will wake it.");
    },
  };
  const listen = (onMessage: (message: object) => void): void => void (hear = onMessage);
  runInNewContext(THREAD_CODE, { listen, Atomics: atomics, Int32Array });
  hear!({ memory, control: 0, index: 1 });
  expect(told).toBe(true);
});

test("modules can be loaded again and again", async () => {
  const host = makeHost({ threads: 4, patience: 5000 });
  for (let i = 0; i < 100; i++) await host.load({ ...wasmCode });
  expect(host.failed).toBe(false);
});

/** A thread that does as told with the first chunk that it gets. */
const rogue =
  (deed: string): StartThread =>
  () =>
    startNoted(`
      let words;
      listen(({ memory, control, module }) => {
        if (memory) words = new Int32Array(memory.buffer, control, ${WORDS.size});
        if (module) return port.postMessage("ready");
        for (;;) if (Atomics.load(words, ${WORDS.left}) > 0 && Atomics.sub(words, ${WORDS.left}, 1) > 0) ${deed}
      });
    `);

describe("a thread that fails", () => {
  /** Work until the other thread has got a chunk. */
  function runUntilItFails(sums: Sums): void {
    for (let job = 0; job < 1e6; job++) sums.run(job, MOST, 4);
  }

  test.each([
    ["ends in the middle of its work", "process.exit();"],
    ["is stuck", "for (;;);"],
    ["throws where nobody catches", 'throw new Error("mine");'],
  ])("because it %s: an error with advice, at once from then on", async (_, deed) => {
    const host = makeHost({ threads: 2, startThread: rogue(deed), patience: 1000 });
    await host.load(wasmCode);
    const sums = new Sums(host);
    expect(() => runUntilItFails(sums)).toThrow(
      /^The threads of the wasm backend stopped \(one of them does not answer\).* can be resumed, also on one thread/,
    );
    expect(host.failed).toBe(true);
    const start = performance.now();
    expect(() => sums.run(0, 64, 4)).toThrow(/stopped/);
    expect(performance.now() - start).toBeLessThan(150);
  });

  test("while it has nothing to do: the work goes on, and the next job is an error", async () => {
    const host = makeHost({ threads: 3 });
    await host.load(wasmCode);
    const sums = new Sums(host);
    started.at(-1)!.terminate();
    // What this thread has not been told of yet does no harm.
    expect(sums.run(1, MOST, 4)).toBe(-1);
    while (!host.failed) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(() => sums.run(2, 64, 4)).toThrow(/stopped \(one of them ended\)/);
  });

  test("at its start: an error, and no waiting", async () => {
    const host = makeHost({ threads: 2, startThread: () => startNoted('throw new Error("no room");') });
    await expect(host.load(wasmCode)).rejects.toThrow("no room");
    expect(host.failed).toBe(true);
  });

  test("that never answers at its start: an error", async () => {
    const host = makeHost({ threads: 2, startThread: () => startNoted("listen(() => {});"), patience: 100 });
    await expect(host.load(wasmCode)).rejects.toThrow("a thread did not answer");
  });
});

test("a kernel that fails on one thread does not leave the others at work", async () => {
  const host = makeHost({ threads: 3 });
  await host.load(wasmCode);
  const sums = new Sums(host);
  // Its result would lie behind the end of the memory.
  const words = [64, 64, PAGES * PAGE - 64, MOST, 4, MOST, ADD];
  expect(() => host.run(wasmCode, "elementwise", MOST / 4, words)).toThrow(/a kernel failed/);
  for (let job = 0; job < 50; job++) expect(sums.run(job, MOST, 4)).toBe(-1);
});

test("memory that cannot grow is an error, after which smaller work is done", async () => {
  const host = makeHost({ threads: 2 });
  await host.load(wasmCode);
  const sums = new Sums(host);
  expect(() => host.run(wasmCode, "elementwise", 1, [0, 0, 0, 0, 4, 1, ADD], PAGES * PAGE)).toThrow(InputError);
  expect(() => host.allocate(PAGES * PAGE)).toThrow(/out of memory/);
  expect(() => host.borrow(PAGES * PAGE, () => 0)).toThrow(/out of memory/);
  expect(sums.run(3, MOST, 4)).toBe(-1);
});
