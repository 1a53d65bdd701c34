import { formatSpec, parseSpec } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { readFileSync } from "node:fs";
import type { BackendInUse, ComputedBy } from "./computed-by.ts";

/** The versions that a result depends on. */
export function versions(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return { kwta: version, node: process.versions.node, tfjs: tf.version_core };
}

/** What numbers may depend on besides their settings: a part of the key of everything that is kept. */
export function environmentOf({ spec }: BackendInUse): Readonly<Record<string, string>> {
  return { backend: spec, ...versions() };
}

/** What numbers do depend on: how many threads compute, and in which memory, changes no bit of them. */
export function bitsOf(backend: BackendInUse): Readonly<Record<string, string>> {
  const { name, of, params } = parseSpec("backend", backend.spec);
  const left = Object.entries(params).filter(([key]) => key !== "threads" && key !== "memory");
  return environmentOf({ ...backend, spec: formatSpec({ name, of, params: Object.fromEntries(left) }) });
}

/** What is computing here and now. */
export function computedBy({ spec, threads, device }: BackendInUse): ComputedBy {
  return {
    backend: spec,
    threads,
    ...(device !== undefined && { device }),
    platform: `${process.platform} ${process.arch}`,
    versions: versions(),
  };
}
