import { rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL_ON_GPU } from "../../backend-webgpu/test/software-gpu.ts";
import { kwtaKernels } from "../../op/src/kernels/index.ts";
import { bundlePage, launch, noChromium, openPage, serve } from "./browser/chromium.ts";
import { computeValues, type Values } from "./browser/compute-bits.ts";
import type { RunOptions } from "./browser/run-here.ts";
import { start } from "./helpers/backends.ts";
import { largestError } from "./helpers/numbers.ts";

/** Has Chromium compute WebGPU and WebGL on the CPU. */
const SOFTWARE_GPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-unsafe-swiftshader",
  "--use-angle=swiftshader",
];

const missing = ALL_ON_GPU ? noChromium : "takes a minute; set KWTA_WEBGPU_TESTS=all";

let folder: string;
let browser: Browser;
let isolated: Server;
let plain: Server;
let expected: Values;

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = await bundlePage();
  isolated = await serve(folder, {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  });
  plain = await serve(folder);
  browser = await launch(SOFTWARE_GPU);
  await start({ kernels: [kwtaKernels], backend: "wasm:threads=1,winograd=false" });
  expected = await computeValues();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  for (const server of [isolated, plain]) server?.close();
  if (folder) await rm(folder, { recursive: true });
});

interface Case {
  readonly options: RunOptions;
  readonly page?: "plain";
  /** The largest error, as a fraction of the largest number. */
  readonly tolerance: number;
  /** What it may say on the console. */
  readonly says?: RegExp;
}

/** What is added up in 32 bits in other orders differs by 1e-5 at most; by Winograd's algorithm it is promised 1e-4. */
const CASES: Readonly<Record<string, Case>> = {
  "wasm with threads": { options: { backend: "wasm", threads: 2 }, tolerance: 1e-4 },
  "wasm without threads": { options: { backend: "wasm" }, page: "plain", tolerance: 1e-4 },
  webgpu: { options: { backend: "webgpu" }, tolerance: 1e-5 },
  webgl: { options: { backend: "webgl" }, tolerance: 1e-4, says: /WebGL|GPU stall|GL Driver/i },
  cpu: { options: { backend: "cpu" }, tolerance: 1e-5 },
};

describe.skipIf(missing !== undefined)(
  `in a browser with a GPU in software${missing ? ` (skipped: ${missing})` : ""}`,
  () => {
    test.each(Object.entries(CASES))(
      "%s: convolutions, k-WTA and training steps with the numbers of Node",
      async (_, { options, page, tolerance, says }) => {
        const { said, run } = await openPage(browser, page === "plain" ? plain : isolated);
        const { report, values, error } = await run("inWorker", { ...options, wanted: "values" });
        expect(error).toBeUndefined();
        expect(report!.selfCheck).toMatchObject({ passed: true, failures: [] });
        expect(report!.name).toBe(options.backend);
        const errors = Object.entries(expected).map(([name, numbers]) => largestError(values![name]!, [...numbers]));
        expect(Math.max(...errors)).toBeLessThan(tolerance);
        expect(said.filter((line) => !says?.test(line))).toEqual([]);
      },
      120_000,
    );

    test("a GPU in software is not taken unless it is asked for, and is told why", async () => {
      const { run } = await openPage(browser, isolated);
      const { report } = await run("here", {});
      expect(report!.name).toBe("wasm");
      expect(report!.skipped).toMatchObject([{ name: "webgpu", reason: expect.stringMatching(/no GPU.*stands in/) }]);
    });

    test("where there is no WebGL, the error says so and nothing is printed", async () => {
      const blind = await launch(["--disable-3d-apis"]);
      const { said, run } = await openPage(blind, plain);
      const { error } = await run("here", { backend: "webgl" });
      await blind.close();
      expect(error).toMatch(/has no WebGL 2; see whether hardware acceleration/);
      expect(said).toEqual([]);
    }, 60_000);

    test("a lost device is told at once, and what computes on it is refused with advice", async () => {
      const { run } = await openPage(browser, isolated);
      const { error, lost } = await run("here", { backend: "webgpu", wanted: "loss of the device" });
      expect(error).toMatch(/^The GPU was lost .*Start a backend anew/);
      expect(lost).toBe(error);
      // The page goes on with another backend.
      const { report } = await run("here", { backend: "cpu" });
      expect(report).toMatchObject({ name: "cpu", selfCheck: { passed: true } });
    }, 60_000);
  },
);
