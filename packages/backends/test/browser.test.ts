import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page as Tab } from "playwright-core";
import { build, defaultClientConditions } from "vite";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startBackend } from "../src/index.node.ts";
import { computeBits, kwtaKernels, type Bits } from "./browser/compute-bits.ts";
import type { Page } from "./browser/page.ts";
import type { Outcome, RunOptions } from "./browser/run-here.ts";

const CHROMIUM = process.env["KWTA_CHROMIUM"] ?? "/usr/bin/chromium";
const skipped = !existsSync(CHROMIUM);
const reason = ` (skipped: there is no ${CHROMIUM}; apt-get install chromium, or set KWTA_CHROMIUM)`;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
];

let folder: string;
let browser: Browser;
let isolated: Server;
let plain: Server;

beforeAll(async () => {
  if (skipped) return;
  folder = await mkdtemp(join(tmpdir(), "kwta-browser-"));
  await bundlePage(folder);
  isolated = await serve({
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:",
  });
  plain = await serve({});
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}, 60_000);

afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
});

afterAll(async () => {
  await browser?.close();
  for (const server of [isolated, plain]) server?.close();
  if (folder) await rm(folder, { recursive: true });
});

/** As an application would do it. */
async function bundlePage(outDir: string): Promise<void> {
  await build({
    root: fileURLToPath(new URL("browser", import.meta.url)),
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["@kwta/source", ...defaultClientConditions] },
    worker: { format: "es" },
    build: { outDir, emptyOutDir: true, minify: false, reportCompressedSize: false, assetsInlineLimit: 0 },
  });
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

const NO_WORKERS = { "Content-Security-Policy": "worker-src 'none'" };

/** Serves the page and, under /wasm/, the files of TensorFlow.js. */
async function serve(headers: Readonly<Record<string, string>>): Promise<Server> {
  const wasm = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"));
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url!, "http://localhost");
    const path = pathname === "/" ? "/index.html" : pathname;
    const file = path.startsWith("/wasm/") ? join(wasm, "dist", path.slice(6)) : join(folder, path);
    const all = { ...headers, ...(search === "?without-workers" ? NO_WORKERS : {}) };
    readFile(file).then(
      (content) =>
        response.writeHead(200, { ...all, "Content-Type": TYPES[extname(file)] ?? "text/plain" }).end(content),
      () => response.writeHead(404, all).end("there is no such file"),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}

/** What goes wrong or is said in a page, and the hosts that it asks. */
interface Watched {
  readonly tab: Tab;
  readonly said: string[];
  readonly hosts: Set<string>;
  run(how: "here" | "inWorker", options: RunOptions): Promise<Outcome>;
}

async function open(server: Server, query = ""): Promise<Watched> {
  const tab = await browser.newPage();
  const said: string[] = [];
  const hosts = new Set<string>();
  tab.on("console", (message) => said.push(message.text()));
  tab.on("pageerror", (error) => said.push(String(error)));
  tab.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== "blob:") hosts.add(host);
  });
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${query}`);
  return {
    tab,
    said,
    hosts,
    run: (how, options) =>
      tab.evaluate((call) => (globalThis as unknown as { page: Page }).page[call[0]](call[1]), [how, options] as const),
  };
}

const bitsInNode = new Map<boolean, Promise<Bits>>();

/** What the same options give in Node, on one thread. */
function inNode(relaxedSimd: boolean): Promise<Bits> {
  const known = bitsInNode.get(relaxedSimd);
  if (known) return known;
  const bits = startBackend({ relaxedSimd, threads: 1, ...kwtaKernels, backend: "wasm" }).then(computeBits);
  bitsInNode.set(relaxedSimd, bits);
  return bits;
}

describe.skipIf(skipped)(`in a browser${skipped ? reason : ""}`, () => {
  test("a page that is cross-origin isolated computes on threads, with the bits of Node", async () => {
    const { tab, said, hosts, run } = await open(isolated);
    for (const relaxedSimd of [false, true]) {
      const { report, bits, error } = await run("here", { threads: 3, relaxedSimd, wasmPath: "/wasm/" });
      expect(error).toBeUndefined();
      expect(report).toMatchObject({ name: "wasm", version: "4.22.0", threads: 3, simd: true, sharedMemory: true });
      expect(report).toMatchObject({ relaxedSimd, winograd: true, skipped: [] });
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
    const inWorker = await run("inWorker", { threads: 2, relaxedSimd: false, wasmPath: "bundled" });
    expect(inWorker.report).toMatchObject({ threads: 2, sharedMemory: true });
    expect(inWorker.bits).toEqual(expected);
    await expectWorkers(2);
    await tab.evaluate(() => (globalThis as unknown as { page: Page }).page.endWorker());
    await expectWorkers(0);

    // All cores, unless told otherwise.
    const { report } = await run("here", { wasmPath: "/wasm/" });
    const cores = await tab.evaluate(() => navigator.hardwareConcurrency);
    expect(report!.threads).toBe(cores);
    await expectWorkers(cores - 1);
    expect((await run("here", { threads: 1, relaxedSimd: false, wasmPath: "/wasm/" })).bits).toEqual(expected);
    await expectWorkers(0);
    await run("here", { backend: "wasm:threads=4", wasmPath: "/wasm/" });
    await expectWorkers(3);
    await tab.reload();
    await expectWorkers(0);
    expect(said).toEqual([]);
  });

  test("without cross-origin isolation it computes on one thread, says why, and has the same bits", async () => {
    const { said, run } = await open(plain);
    const { report, bits } = await run("here", { threads: 2, relaxedSimd: false, wasmPath: "/wasm" });
    expect(report).toMatchObject({ name: "wasm", threads: 1, simd: true, sharedMemory: false, skipped: [] });
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
    const { report } = await run("here", { threads: 2, wasmPath: "/wasm/" });
    expect(report).toMatchObject({ name: "wasm", threads: 1, sharedMemory: false, selfCheck: { passed: true } });
    expect(report!.notes.join(" ")).toMatch(/It computes on one thread: 2 could not be started \(.+\)\./);
  });

  test("errors say what to do where wasmPath is missing or wrong; cpu needs none", async () => {
    const { run } = await open(isolated);
    expect((await run("here", {})).error).toMatch(/needs wasmPath in a browser.*Copy them from/);
    const wrong = await run("here", { wasmPath: "/elsewhere/" });
    expect(wrong.error).toMatch(
      /no wasm file at http.*\/elsewhere\/tfjs-backend-wasm-threaded-simd\.wasm \(status 404\)/,
    );
    expect((await run("here", { wasmPath: "/?" })).error).toMatch(/no wasm file at .* \(status 200\)/);
    expect((await run("here", { backend: "cpu" })).report).toMatchObject({ name: "cpu", selfCheck: { passed: true } });
    // A second attempt is not spoiled by the first.
    expect((await run("here", { wasmPath: "/wasm/" })).report).toMatchObject({ name: "wasm" });
  });
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
