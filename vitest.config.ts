import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// One process per file on the sources themselves: no build stands between an edit and its test.
const conditions = ["@kwta/source", ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      "test/*.test.ts",
      "{packages,apps,examples}/*/test/**/*.test.ts",
      "{benchmarks,conformance}/test/**/*.test.ts",
    ],
    setupFiles: ["test/to-be-allclose.ts"],
    testTimeout: 30_000,
    // Vitest would leave a core free, which is half of a small machine.
    maxWorkers: "100%",
    // A backend that whoever runs the tests has set up would be used by them all: only where this names its folder.
    env: { KWTA_CACHE_DIR: process.env["KWTA_CACHE_DIR"] || join(tmpdir(), "kwta-no-cache") },
  },
});
