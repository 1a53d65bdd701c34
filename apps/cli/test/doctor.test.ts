import type { BackendProbe } from "@kwta/backend";
import { formatTable } from "@kwta/viz";
import { expect, test } from "vitest";
import { adviceLines, probeTable, setupLines } from "../src/commands/doctor.ts";
import { built, emptyFolder, kwta } from "./kwta.ts";

const selfCheck = { passed: true, compared: 37, worst: 1e-7, failures: [], milliseconds: 50 };
const wasm: BackendProbe = {
  found: true,
  name: "wasm",
  version: "4.22.0",
  device: "Some CPU, 2 threads",
  threads: 1,
  spec: "wasm:threads=1",
  params: { threads: 1 },
  simd: true,
  notes: ["It is faster on 2 threads than on 1."],
  selfCheck,
  skipped: [],
  gflops: 24.96,
};
const absent: BackendProbe = { found: false, name: "webgpu", reason: "Its driver is missing; install it." };
const wrong: BackendProbe = {
  found: false,
  name: "webgl",
  reason: "It computes wrong numbers: output of convolution is off by 1.0e-2.",
  selfCheck: { ...selfCheck, passed: false, failures: ["output of convolution is off by 1.0e-2"] },
};

test("the table has what was found of each backend", () => {
  const lines = formatTable(probeTable([absent, wrong, wasm])).split("\n");
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ["backend", "found", "version", "device", "threads", "self-check", "3x3 convolution"],
    [expect.stringMatching(/^─+$/), ...Array.from({ length: 6 }, () => expect.stringMatching(/^─+$/) as string)],
    expect.arrayContaining(["webgpu", "no"]),
    expect.arrayContaining(["webgl", "no", "WRONG: 1"]),
    ["wasm", "yes", "4.22.0", "Some CPU, 2 threads", "1", "right: 37 tensors", "25.0 GFLOP/s"],
  ]);
});

test("below it stand the reasons, the backend that is used, and how to get a faster one", () => {
  expect(adviceLines([absent, wrong, wasm])).toEqual([
    "webgpu cannot be used. Its driver is missing; install it.",
    "webgl cannot be used. It computes wrong numbers: output of convolution is off by 1.0e-2.",
    "kwta uses wasm, unless --backend or KWTA_BACKEND says otherwise.",
    "To get a faster one: It is faster on 2 threads than on 1. Backends that are faster where they can be had: webgpu, webgl.",
  ]);
  expect(adviceLines([{ ...wasm, notes: [] }]).at(-1)).toMatch(/full speed/);
  expect(adviceLines([absent])).toEqual(["webgpu cannot be used. Its driver is missing; install it."]);
});

test("what was set up is told", () => {
  const tensorflow = { folder: "/cache/tensorflow", bytes: 858e6, contents: "TensorFlow 2.21.0, tfjs-node 4.22.0" };
  expect(setupLines({})).toEqual([]);
  expect(setupLines({ tensorflow })).toEqual([
    "tensorflow was set up in /cache/tensorflow (858 MB): TensorFlow 2.21.0, tfjs-node 4.22.0.",
  ]);
});

const unbuilt = built ? "" : " (skipped: run `npm run build` first)";

test.skipIf(!built)(`kwta doctor --json tells of every backend, with k-WTA in the self-check${unbuilt}`, async () => {
  const { code, stdout } = await kwta(await emptyFolder(), ["doctor", "--json", "--threads", "1"]);
  const { versions, best, backends } = JSON.parse(stdout) as {
    versions: Record<string, string>;
    best: string;
    backends: (BackendProbe & { found: true })[];
  };
  expect([code, best, versions["node"]]).toEqual([0, "wasm", process.versions.node]);
  const found = backends.filter((probe) => probe.found);
  expect(backends.map(({ name }) => name)).toEqual(["tensorflow", "webgpu", "wasm", "cpu"]);
  expect(found.map(({ name, threads }) => [name, threads]).slice(-2)).toEqual([
    ["wasm", 1],
    ["cpu", 1],
  ]);
  for (const probe of found) {
    expect(probe.selfCheck).toMatchObject({ passed: true, failures: [] });
    // Four tensors of k-WTA, and at least 33 of the backend's own kernels.
    expect(probe.selfCheck.compared).toBeGreaterThanOrEqual(37);
    expect(probe.gflops).toBeGreaterThan(0);
    expect(probe.device).toMatch(/, \d+ threads$/);
  }
});
