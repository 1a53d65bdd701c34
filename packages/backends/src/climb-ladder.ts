import { InputError, lookUp, show } from "@kwta/core";
import type { BackendReport, BackendStarter, SkippedBackend, StartOptions } from "./backend-starter.ts";
import type { KernelCheck } from "./kernel-check.ts";
import { registerTypedArrayKernels } from "./register-typed-array-kernels.ts";
import { registerWasmModule } from "./register-wasm-module.ts";
import { selfCheck } from "./self-check.ts";
import type { TypedArrayKernel } from "./typed-array-kernel.ts";
import type { WasmKernels } from "./wasm-kernels.ts";

/** Which backend is wanted, and what it is to be given. */
export interface LadderOptions extends StartOptions {
  /**
   * A name in the ladder, or `"auto"` for the first one that works.
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
  checkThreads(options.threads);
  const known = { auto: ladder, ...Object.fromEntries(ladder.map((starter) => [starter.name, [starter]])) };
  const skipped: SkippedBackend[] = [];
  for (const starter of lookUp("backend", backend, known)) {
    const report = await tryBackend(starter, options);
    if ("threads" in report) return { ...report, skipped };
    skipped.push(report);
  }
  const reasons = skipped.map(({ name, reason }) => `${name}: ${reason}`).join(" ");
  throw new InputError(
    backend === "auto"
      ? `No backend can be used here. ${reasons}`
      : `The backend ${show(backend)} cannot be used here. ${reasons} Choose "auto" for the best one that works.`,
  );
}

/** Starts one backend, and tells why not when it cannot be started or computes wrong numbers. */
export async function tryBackend(
  starter: BackendStarter,
  {
    kernels = [],
    wasmKernels = [],
    checks = [],
    threads,
    relaxedSimd,
    sharedMemory,
    winograd,
  }: Omit<LadderOptions, "backend">,
): Promise<BackendReport | SkippedBackend> {
  const { name } = starter;
  try {
    const started = await starter.start({ threads, relaxedSimd, sharedMemory, winograd });
    registerTypedArrayKernels(kernels);
    if (name === "wasm") for (const module of wasmKernels) await registerWasmModule(module);
    const check = selfCheck(checks);
    if (check.passed) return { name, ...started, selfCheck: check, skipped: [] };
    return { name, reason: `It computes wrong numbers: ${check.failures.join(", ")}.`, selfCheck: check };
  } catch (error) {
    if (error instanceof InputError) throw error;
    return { name, reason: (error as Error).message };
  }
}

function checkThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1)) return;
  throw new InputError(`threads is ${show(threads)}; it must be a whole number of at least 1.`);
}
