// @ts-check
// Sets the tensorflow backend up in a folder, with small programs in the place of the compiler and of the verifier.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { tensorflow } from "@kwta/backend-tensorflow";
import { InputError } from "@kwta/core";

const folder = /** @type {string} */ (process.argv[2]);
const tools = mkdtempSync(join(tmpdir(), "kwta-tools-"));
process.on("exit", () => rmSync(tools, { recursive: true }));
writeFileSync(join(tools, "c++"), '#!/bin/sh\nfor last; do :; done\ncase "$*" in *-o*) echo made > "$last" ;; esac\n');
chmodSync(join(tools, "c++"), 0o755);
const verdict = { version: "9.9.9", threads: 1, compared: 1, worst: 0, milliseconds: 1, gflops: 1 };
const verifier = join(tools, "verifier.mjs");
writeFileSync(verifier, `console.log(${JSON.stringify(JSON.stringify(verdict))});\n`);
process.env["PATH"] = `${tools}:${process.env["PATH"]}`;
process.env["CXX"] = join(tools, "c++");
process.env["KWTA_CACHE_DIR"] = join(folder, "cache");
process.chdir(join(folder, "application"));
try {
  await tensorflow().setup?.run({ verifier: pathToFileURL(verifier), params: { from: join(folder, "library") } });
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
