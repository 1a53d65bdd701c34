import type { SetupReport } from "@kwta/backend";
import { expect, test } from "vitest";
import { describe as describeSetup } from "../src/commands/setup.ts";
import { emptyFolder, kwtaHere } from "./kwta.ts";

const report: SetupReport = {
  folder: "/cache/tensorflow",
  contents: "TensorFlow 2.21.0, tfjs-node 4.22.0",
  bytes: 858e6,
  wasThere: false,
  verdict: { version: "2.21.0", threads: 2, compared: 39, worst: 1e-7, milliseconds: 600, gflops: 100.4 },
};

test("what was set up is told in four lines", () => {
  expect(describeSetup(report, 45_000).split("\n")).toEqual([
    "TensorFlow 2.21.0, tfjs-node 4.22.0: is set up (45 s).",
    "Folder: /cache/tensorflow, 858 MB",
    "Verified: 39 tensors are right; a 3x3 convolution runs at 100 GFLOP/s on 2 threads; ready in 600 ms.",
    "Every command uses it from now on, unless --backend or KWTA_BACKEND says otherwise.",
  ]);
  expect(describeSetup({ ...report, wasThere: true }, 3000)).toMatch(/: was set up already \(3 s\)\.\nFolder: /);
});

test("backends that need no setup are refused, and where nothing is, nothing is removed", async () => {
  const cwd = await emptyFolder();
  expect(await kwtaHere(cwd, ["setup", "wasm"])).toMatchObject({
    code: 2,
    stderr: 'Unknown backend to set up "wasm". Known: tensorflow.\n',
  });
  expect(await kwtaHere(cwd, ["setup", "tensorflow", "--remove", "--json"])).toMatchObject({
    code: 0,
    stdout: '{\n  "bytes": 0\n}\n',
  });
});
