import { InputError, lookUp, show } from "@kwta/core";
import { checkThreads, formatBackend, parseBackend, type BackendSpec } from "./backend-spec.ts";
import type { BackendReport, BackendStarter, SkippedBackend, StartedBackend, StartOptions } from "./backend-starter.ts";
import type { KernelCheck } from "./kernel-check.ts";
import type { NativeKernels } from "./native-kernels.ts";
import { registerNativeKernels } from "./register-native-kernels.ts";
import { registerTypedArrayKernels } from "./register-typed-array-kernels.ts";
import { registerWasmModule } from "./register-wasm-module.ts";
import { selfCheck } from "./self-check.ts";
import type { TypedArrayKernel } from "./typed-array-kernel.ts";
import type { WasmKernels } from "./wasm-kernels.ts";
import type { WebgpuKernel } from "./webgpu-kernels.ts";
import { registerWebgpuKernels } from "./webgpu/register-webgpu-kernels.ts";

/** Which backend is wanted, and what it is to be given. */
export interface LadderOptions extends StartOptions {
  /**
   * A name in the ladder, or `"auto"` for the first one that works. Options may follow, as in
   * `"wasm:threads=1,winograd=false"`, see `parseBackend`.
   *
   * @defaultValue "auto"
   */
  readonly backend?: string | undefined;
  /**
   * Kernels to register besides.
   *
   * @defaultValue none
   */
  readonly kernels?: readonly TypedArrayKernel[] | undefined;
  /**
   * Kernels in wasm, to be used on that backend in place of `kernels` of the same names.
   *
   * @defaultValue none
   */
  readonly wasmKernels?: readonly WasmKernels[] | undefined;
  /**
   * Kernels in C++, to be used on the tensorflow backend in place of `kernels` of the same names.
   *
   * @defaultValue none
   */
  readonly nativeKernels?: readonly NativeKernels[] | undefined;
  /**
   * Kernels in WGSL, for the webgpu backend.
   *
   * @defaultValue none
   */
  readonly webgpuKernels?: readonly WebgpuKernel[] | undefined;
  /**
   * Told once when the GPU that computes is lost, with the advice that every further use of it is refused with. A page can
   * start another backend then; all tensors are gone.
   *
   * @defaultValue nobody
   */
  readonly onLost?: ((error: Error) => void) | undefined;
  /**
   * What the self-check is to check besides, such as these kernels.
   *
   * @defaultValue nothing
   */
  readonly checks?: readonly KernelCheck[] | undefined;
}

/**
 * Starts the first backend of a ladder whose {@link selfCheck} passes, or the one that is asked for.
 *
 * @throws InputError when the options cannot be used, or no backend can
 */
export async function climbLadder(
  ladder: readonly BackendStarter[],
  options: LadderOptions = {},
): Promise<BackendReport> {
  const { backend = "auto" } = options;
  const spec = parseBackend(backend);
  const known = { auto: ladder, ...Object.fromEntries(ladder.map((starter) => [starter.name, [starter]])) };
  const starters = lookUp("backend", spec.name, known);
  const asked = combine(spec, options);
  if (spec.name !== "auto") starters.forEach((starter) => checkOptions(starter, spec));
  const skipped: SkippedBackend[] = [];
  for (const starter of starters) {
    const report = await tryBackend(starter, asked, spec.name !== "auto");
    if ("threads" in report) return { ...report, skipped };
    skipped.push(report);
  }
  const reasons = skipped.map(({ name, reason }) => `${name}: ${reason}`).join(" ");
  throw new InputError(
    spec.name === "auto"
      ? `No backend can be used here. ${reasons}`
      : `The backend ${show(spec.name)} cannot be used here. ${reasons} Choose "auto" for the best one that works.`,
  );
}

/**
 * Starts one backend, and tells why not when it cannot be started or computes wrong numbers.
 *
 * @param byName whether it was asked for by its name
 */
export async function tryBackend(
  starter: BackendStarter,
  {
    kernels = [],
    wasmKernels = [],
    nativeKernels = [],
    webgpuKernels = [],
    checks = [],
    onLost,
    threads,
    relaxedSimd,
    sharedMemory,
    winograd,
    native,
  }: Omit<LadderOptions, "backend">,
  byName = false,
): Promise<BackendReport | SkippedBackend> {
  const { name } = starter;
  try {
    const started = await starter.start(
      { threads, relaxedSimd, sharedMemory, winograd, native },
      { nativeKernels, byName, onLost },
    );
    registerTypedArrayKernels(kernels);
    if (name === "wasm") for (const module of wasmKernels) await registerWasmModule(module);
    if (name === "webgpu") await registerWebgpuKernels(webgpuKernels);
    if (started.native) nativeKernels.forEach(registerNativeKernels);
    const check = await selfCheck(checks);
    if (check.passed) return { name, spec: specOf(starter, started), ...started, selfCheck: check, skipped: [] };
    return { name, reason: `It computes wrong numbers: ${check.failures.join(", ")}.`, selfCheck: check };
  } catch (error) {
    if (error instanceof InputError) throw error;
    return { name, reason: (error as Error).message };
  }
}

/** The options of a spec and those beside it. */
function combine({ options: inSpec }: BackendSpec, options: LadderOptions): LadderOptions {
  if (options.threads !== undefined) checkThreads("threads", options.threads);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [key, value] of given) {
    const other = inSpec[key as keyof StartOptions];
    if (other === undefined || other === value) continue;
    throw new InputError(
      `${key} is ${show(value)}, but the backend ${show(options.backend)} says ${show(other)}. Give it in one place.`,
    );
  }
  return { ...inSpec, ...Object.fromEntries(given) };
}

/** Checks that a backend has what a spec asks of it. */
function checkOptions({ name, options = ALL }: BackendStarter, spec: BackendSpec): void {
  for (const key of Object.keys(spec.options) as (keyof StartOptions)[]) {
    if (options.includes(key)) continue;
    throw new InputError(
      `The backend ${show(name)} has no such option as in ${show(formatBackend(spec))}; leave it out.`,
    );
  }
}

const ALL: readonly (keyof StartOptions)[] = ["threads", "relaxedSimd", "sharedMemory", "winograd"];

function specOf({ name, options = ALL }: BackendStarter, started: StartedBackend): string {
  return formatBackend({ name, options: Object.fromEntries(options.map((key) => [key, started[key]])) });
}
