// Runs the tests of damaged files at length: `node packages/models/scripts/fuzz.mjs [FILES]`, by default 20,000 files.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const vitest = join(dirname(createRequire(join(root, "package.json")).resolve("vitest/package.json")), "vitest.mjs");
const { status } = spawnSync(process.execPath, [vitest, "run", "packages/models/test/fuzz"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, KWTA_FUZZ_FILES: process.argv[2] ?? "20000" },
});
process.exitCode = status ?? 1;
