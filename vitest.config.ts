import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// On the sources themselves: no build stands between an edit and its test.
const conditions = ["@kwta/source", ...defaultServerConditions];

/** Packages whose tests compute on cpu, and change nothing that the next file would meet. */
const SHARING = "attacks,core,datasets,evaluation,models,report,training,viz";

/** Those of them that need a process of their own, for what they import, start (a backend that is not cpu), or take away. */
const ALONE = [
  "packages/attacks/test/{graph-model,no-gradients}.test.ts",
  "packages/datasets/test/load-dataset-browser.test.ts",
  "packages/models/test/{authors-nets,reference-formula,reference-trained}.test.ts",
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      // To load TensorFlow.js and the sources takes longer than many a file of tests: these share what is loaded.
      {
        extends: true,
        test: { name: "sharing", include: [`packages/{${SHARING}}/test/**/*.test.ts`], exclude: ALONE, isolate: false },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: [
            "test/*.test.ts",
            `packages/!(${SHARING.replaceAll(",", "|")})/test/**/*.test.ts`,
            "{apps,examples}/*/test/**/*.test.ts",
            "{benchmarks,conformance}/test/**/*.test.ts",
            ...ALONE,
          ],
        },
      },
    ],
    setupFiles: ["test/to-be-allclose.ts"],
    // A machine that runs all of it may be half as fast as one that people work at, and shared.
    testTimeout: process.env["CI"] ? 120_000 : 30_000,
    // Half as many again as cores: tests that start programs wait for most of their time.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    // A backend that whoever runs the tests has set up would be used by them all: only where this names its folder.
    env: { KWTA_CACHE_DIR: process.env["KWTA_CACHE_DIR"] || join(tmpdir(), "kwta-no-cache") },
  },
});
