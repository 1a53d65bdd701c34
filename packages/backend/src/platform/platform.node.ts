import { createRequire } from "node:module";
import { InputError } from "@kwta/core";
import { checkThreads, formatBackend, parseBackend } from "./backend-spec.ts";
import type { BackendReport, BackendStarter, StartOptions } from "./backend-starter.ts";
import { checkGradients, checkOneCopy } from "./check-tensorflow.ts";
import { climbLadder, type LadderOptions } from "./climb-ladder.ts";
import { cpuStarter } from "./cpu-starter.ts";
import { tensorflowStarter } from "./tensorflow/tensorflow-starter.node.ts";
import { wasmStarter } from "./wasm-starter.node.ts";
import { webgpuStarter } from "./webgpu-starter.node.ts";

/** The backends for Node, best first. */
export const nodeLadder: readonly BackendStarter[] = [tensorflowStarter, webgpuStarter, wasmStarter, cpuStarter];

/** Options of {@link startBackend}. */
export interface StartBackendOptions extends LadderOptions {
  /**
   * `"auto"`, `"tensorflow"`, `"webgpu"`, `"wasm"` or `"cpu"`, with or without options, as in `"wasm:threads=1,winograd=false"`.
   *
   * @defaultValue the environment variable KWTA_BACKEND, whose options the other ones here overrule; or "auto"
   */
  readonly backend?: string | undefined;
  /** How many threads to compute on. @defaultValue the environment variable KWTA_THREADS, or all cores */
  readonly threads?: number | undefined;
}

/**
 * Starts TensorFlow.js in Node: loads its gradients, starts the best backend whose numbers are right, and registers the
 * kernels that it lacks. Prints nothing.
 *
 * Call it once, before the first tensor. Called again it keeps the engine that runs, unless options ask for another
 * one: then the tensors of the former engine are lost.
 *
 * @throws InputError for unknown names and options that cannot be used, when no backend can be used, or when several
 * copies of TensorFlow.js are in the way
 *
 * @example
 * ```ts
 * const { name, threads } = await startBackend();
 * console.log(name, threads); // wasm 2
 * ```
 */
export async function startBackend(options: StartBackendOptions = {}): Promise<BackendReport> {
  const backend = options.backend ?? fromEnvironment(options);
  await prepareTensorFlow();
  const threads = options.threads ?? parseBackend(backend).options.threads ?? threadsFromEnvironment();
  return climbLadder(nodeLadder, { ...options, backend, threads });
}

/** What KWTA_THREADS says. @throws InputError when that is not a number of threads */
export function threadsFromEnvironment(): number | undefined {
  const value = process.env["KWTA_THREADS"];
  return value ? checkThreads("KWTA_THREADS", Number(value), value) : undefined;
}

function fromEnvironment(overruling: StartOptions): string {
  const { name, options } = parseBackend(process.env["KWTA_BACKEND"] || "auto");
  const left = Object.entries(options).filter(([key]) => overruling[key as keyof StartOptions] === undefined);
  return formatBackend({ name, options: Object.fromEntries(left) });
}

/** Loads the gradients, and checks that all packages share one TensorFlow.js. */
export async function prepareTensorFlow(): Promise<void> {
  const folders = ["layers", "backend-wasm", "backend-cpu", "backend-webgpu"].map((name) => `@tensorflow/tfjs-${name}`);
  checkInstalledCopies(folders.map((name) => ({ name, core: findCore(name) })));
  checkOneCopy();
  await import("@tensorflow/tfjs-layers");
  checkGradients();
}

const require = createRequire(import.meta.url);

/** Where a package finds `@tensorflow/tfjs-core`; undefined when the package is not there. */
function findCore(name: string): string | undefined {
  try {
    return createRequire(require.resolve(`${name}/package.json`)).resolve("@tensorflow/tfjs-core/package.json");
  } catch {
    return undefined;
  }
}

/**
 * Checks that packages find the same `@tensorflow/tfjs-core` as this one.
 *
 * @throws InputError that names the first one that does not
 */
export function checkInstalledCopies(packages: readonly { name: string; core: string | undefined }[]): void {
  const own = require.resolve("@tensorflow/tfjs-core/package.json");
  const stranger = packages.find(({ core }) => core !== undefined && core !== own);
  if (stranger === undefined) return;
  throw new InputError(
    `${stranger.name} uses another copy of @tensorflow/tfjs-core (${stranger.core}) than @kwta/backends (${own}). ` +
      'Ask for one version of all @tensorflow packages, such as 4.22.0, and see "npm ls @tensorflow/tfjs-core".',
  );
}
