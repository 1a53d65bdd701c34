import { writeZip } from "@kwta/core";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { vi } from "vitest";

/** A world in which the backend is set up in a second: small programs stand for pip and the compiler. */
export interface Stage {
  /** KWTA_CACHE_DIR there. */
  readonly cache: string;
  /** What was run, a line each. */
  calls(): string[];
  /** Replaces a program by lines of a shell script. */
  program(name: string, ...lines: string[]): void;
  remove(program: string): void;
  /** A verifier of these lines of JavaScript. */
  verifier(code: string): URL;
  strike(): void;
}

export const VERDICT = { version: "9.9.9", threads: 2, compared: 39, worst: 1e-7, milliseconds: 500, gflops: 100 };

/** Empty files with the names that the backend looks for. */
const WHEEL: Readonly<Record<string, string>> = {
  "tensorflow/libtensorflow_cc.so.2": "cc",
  "tensorflow/libtensorflow_framework.so.2": "framework",
  "tensorflow/include/tensorflow/c/": "",
  "tensorflow/include/tensorflow/c/c_api.h": "header",
  "tensorflow/include/Eigen/Core": "not needed",
  "tensorflow/python/large.so": "not needed",
  "tensorflow-9.9.9.dist-info/METADATA": "Name: tensorflow",
};

export function raiseStage(): Stage {
  const root = mkdtempSync(join(tmpdir(), "kwta-setup-"));
  const home = process.cwd();
  const bin = join(root, "bin");
  const log = join(root, "calls.log");
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  const stage: Stage = {
    cache: join(root, "cache"),
    calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
    program(name, ...lines) {
      write(join(bin, name), ["#!/bin/sh", `echo "${name} $*" >> ${log}`, ...lines, ""].join("\n"));
      chmodSync(join(bin, name), 0o755);
    },
    remove: (name) => rmSync(join(bin, name)),
    verifier(code) {
      const path = join(root, "verifier.mjs");
      write(path, code);
      return pathToFileURL(path);
    },
    strike() {
      process.chdir(home);
      vi.unstubAllEnvs();
      rmSync(root, { recursive: true });
    },
  };
  const wheel = join(root, "wheel.whl");
  const files = Object.entries(WHEEL).map(([name, text]) => [name, new TextEncoder().encode(text)] as const);
  write(wheel, writeZip(new Map(files)));
  const python = execFileSync("sh", ["-c", "command -v python3"], { encoding: "utf8" }).trim();
  stage.program(
    "python3",
    'case "$*" in',
    "  *--version*) exit 0 ;;",
    `  *" download "*) while [ "$1" != --dest ]; do shift; done; mkdir -p "$2"; cp ${wheel} "$2" ;;`,
    // What Python itself has is none of this world's.
    `  "-") exit 1 ;;`,
    `  *) exec ${python} "$@" ;;`,
    "esac",
  );
  stage.program("c++", 'for last; do :; done; case "$*" in *-o*) echo made > "$last" ;; esac');
  for (const name of ["@tensorflow/tfjs-node", "node-api-headers"]) {
    const version = name.startsWith("@") ? "4.22.0" : "1.9.0";
    write(join(root, "app", "node_modules", name, "package.json"), JSON.stringify({ name, version }));
  }
  process.chdir(join(root, "app"));
  vi.stubEnv("KWTA_CACHE_DIR", stage.cache);
  vi.stubEnv("PATH", `${bin}:/usr/bin:/bin`);
  vi.stubEnv("CXX", "c++");
  return stage;
}
