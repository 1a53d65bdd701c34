import { rm } from "node:fs/promises";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import { startBackend } from "@kwta/backend";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { bundlePage, launch, noChromium, openPage, serve, type Watched } from "../../backend/test/browser/chromium.ts";
import { computeBits, type Bits } from "../../backend/test/browser/compute-bits.ts";
import type { Page } from "../../backend/test/browser/page.ts";
import { kwtaKernels } from "../../op/src/kernels/index.ts";
import { wasm } from "../src/index.ts";
import { FILES_VERSION } from "../src/platform/platform.browser.ts";

let folder: string;
let browser: Browser;
let isolated: Server;
let plain: Server;

beforeAll(async () => {
  if (noChromium !== undefined) return;
  folder = await bundlePage();
  isolated = await serve(folder, {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:",
  });
  plain = await serve(folder);
  browser = await launch(["--disable-gpu"]);
}, 60_000);

afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
});

afterAll(async () => {
  await browser?.close();
  for (const server of [isolated, plain]) server?.close();
  if (folder) await rm(folder, { recursive: true });
});

const open = (server: Server, query = ""): Promise<Watched> => openPage(browser, server, query);

const bitsInNode = new Map<boolean, Promise<Bits>>();

/** What the same options give in Node, on one thread. */
function inNode(relaxedSimd: boolean): Promise<Bits> {
  const known = bitsInNode.get(relaxedSimd);
  if (known) return known;
  const bits = startBackend([wasm({ relaxedSimd, threads: 1 })], { kernels: [kwtaKernels] }).then(computeBits);
  bitsInNode.set(relaxedSimd, bits);
  return bits;
}

const skipped = noChromium === undefined ? "" : ` (skipped: ${noChromium})`;

describe.skipIf(noChromium !== undefined)(`in a browser${skipped}`, () => {
  test("a page that is cross-origin isolated computes on threads, with the bits of Node", async () => {
    const { tab, said, hosts, run } = await open(isolated);
    for (const relaxedSimd of [false, true]) {
      const { report, bits, error } = await run("here", { threads: 3, relaxedSimd });
      expect(error).toBeUndefined();
      expect(report).toMatchObject({ name: "wasm", version: "4.22.0", threads: 3, simd: true });
      expect(report).toMatchObject({ params: { relaxedSimd, memory: "shared", winograd: true } });
      expect(report).toMatchObject({ skipped: [{ name: "webgpu" }] });
      expect(report!.selfCheck.failures).toEqual([]);
      expect(bits).toEqual(await inNode(relaxedSimd));
      expect(bits!["leaked"]).toBe("0");
      // Threads of ours alone, none of TensorFlow.js's pool.
      await expectWorkers(2);
    }
    expect(said).toEqual([]);
    expect([...hosts]).toEqual([new URL(tab.url()).host]);
  });

  test("a worker of such a page, too; what ends leaves no thread behind", async () => {
    const { tab, said, run } = await open(isolated);
    const expected = await inNode(false);
    const inWorker = await run("inWorker", { threads: 2, relaxedSimd: false });
    expect(inWorker.report).toMatchObject({ threads: 2, params: { memory: "shared" } });
    expect(inWorker.bits).toEqual(expected);
    await expectWorkers(2);
    await tab.evaluate(() => (globalThis as unknown as { page: Page }).page.endWorker());
    await expectWorkers(0);

    // All cores, unless told otherwise.
    const { report } = await run("here", {});
    const cores = await tab.evaluate(() => navigator.hardwareConcurrency);
    expect(report!.threads).toBe(cores);
    await expectWorkers(cores - 1);
    expect((await run("here", { threads: 1, relaxedSimd: false })).bits).toEqual(expected);
    await expectWorkers(0);
    await run("here", { backend: "wasm:threads=4" });
    await expectWorkers(3);
    await tab.reload();
    await expectWorkers(0);
    expect(said).toEqual([]);
  });

  test("without cross-origin isolation it computes on one thread, says why, and has the same bits", async () => {
    const { said, run } = await open(plain);
    const { report, bits } = await run("here", { threads: 2, relaxedSimd: false, files: "/wasm" });
    expect(report).toMatchObject({
      name: "wasm",
      threads: 1,
      simd: true,
      params: { memory: "own" },
      skipped: [{ name: "webgpu" }],
    });
    expect(report!.selfCheck.failures).toEqual([]);
    expect(report!.notes.join(" ")).toMatch(
      /one thread: this page is not cross-origin isolated.*Opener-Policy: same-origin/,
    );
    expect(report!.notes.join(" ")).not.toContain("faster on");
    expect(bits).toEqual(await inNode(false));
    await expectWorkers(0);
    expect(said).toEqual([]);
  });

  test("where workers are forbidden it computes on one thread and says why", async () => {
    const { run } = await open(isolated, "?without-workers");
    const { report } = await run("here", { threads: 2 });
    expect(report).toMatchObject({ name: "wasm", threads: 1, params: { memory: "own" }, selfCheck: { passed: true } });
    expect(report!.notes.join(" ")).toMatch(/It computes on one thread: 2 could not be started \(.+\)\./);
  });

  test("errors say what to do where the files are not; cpu needs none", async () => {
    const { run } = await open(isolated);
    const wrong = await run("here", { files: "/elsewhere/" });
    expect(wrong.error).toMatch(
      /no wasm file at http.*\/elsewhere\/tfjs-backend-wasm-threaded-simd\.wasm \(status 404\).*pass the address of that/,
    );
    expect((await run("here", { files: "/?" })).error).toMatch(/no wasm file at .* \(status 200\)/);
    expect((await run("here", { backend: "cpu" })).report).toMatchObject({ name: "cpu", selfCheck: { passed: true } });
    // A second attempt is not spoiled by the first.
    expect((await run("here", { files: "/wasm/" })).report).toMatchObject({ name: "wasm" });
  });
});

test("the files that a page is given are those of the TensorFlow.js that is installed", () => {
  const { version } = createRequire(import.meta.url)("@tensorflow/tfjs-backend-wasm/package.json") as {
    version: string;
  };
  expect(FILES_VERSION).toBe(version);
});

/** Waits until so many workers are left in the whole browser, also of workers: it gives those of a page that is gone two seconds. */
async function expectWorkers(count: number): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const workers = async (): Promise<number> => {
    const { targetInfos } = await session.send("Target.getTargets", { filter: [{ type: "worker" }] });
    return targetInfos.length;
  };
  await expect.poll(workers, { timeout: 10_000 }).toBe(count);
  await session.detach();
}
