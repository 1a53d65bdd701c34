import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { KWTA_NATIVE_API } from "../src/index.node.ts";

const compiler = process.env["CXX"] ?? "c++";
const missing = spawnSync(compiler, ["--version"]).status === 0 ? "" : ` (skipped: there is no ${compiler})`;
const folder = mkdtempSync(join(tmpdir(), "kwta-headers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the compiler says of kernels that are written for a version of our headers. */
function compile(version: number): { status: number | null; stderr: string } {
  const file = join(folder, `version-${version}.cc`);
  writeFileSync(file, `#include "native-op.h"\nKWTA_NATIVE_KERNELS(${version});\n`);
  const headers = fileURLToPath(new URL("../native", import.meta.url));
  return spawnSync(compiler, ["-std=c++17", "-fsyntax-only", `-I${headers}`, file], { encoding: "utf8" });
}

test.skipIf(missing)(`kernels for other headers do not compile${missing}`, () => {
  expect(compile(KWTA_NATIVE_API)).toMatchObject({ status: 0, stderr: "" });
  const { status, stderr } = compile(KWTA_NATIVE_API + 1);
  expect(status).not.toBe(0);
  expect(stderr).toContain(`kernels for version ${KWTA_NATIVE_API + 1} of native-op.h, which is another one`);
});
