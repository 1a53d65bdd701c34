import { startBackend, type Backend, type BackendReport, type StartOptions as ChoiceOptions } from "@kwta/backend";
import { checkOptions } from "@kwta/core";
import { kwtaKernels } from "@kwta/op/kernels";

/** Options of {@link start}. */
export interface StartOptions extends ChoiceOptions {
  /**
   * Those to try, best first.
   *
   * @defaultValue all that there are: in Node tensorflow, webgpu, wasm and cpu, in browsers webgpu, wasm, webgl and cpu
   */
  readonly backends?: readonly Backend[] | undefined;
}

const OPTIONS: Readonly<Record<keyof StartOptions, true>> = {
  backends: true,
  backend: true,
  threads: true,
  kernels: true,
  onLost: true,
};

/** Starts the best of some backends with the kernels of k-WTA in it. */
export async function startWith(all: readonly Backend[], options: StartOptions): Promise<BackendReport> {
  checkOptions("start", options, OPTIONS);
  const { backends = all, kernels = [], ...rest } = options;
  return startBackend(backends, { ...rest, kernels: [kwtaKernels, ...kernels] });
}
