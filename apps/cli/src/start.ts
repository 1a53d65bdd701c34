import { startBackend, type Backend, type BackendReport, type StartOptions as ChoiceOptions } from "@kwta/backend";
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

/** Starts the best of some backends with the kernels of k-WTA in it. */
export function startWith(
  backends: readonly Backend[],
  { kernels = [], ...rest }: StartOptions,
): Promise<BackendReport> {
  return startBackend(rest.backends ?? backends, { ...rest, kernels: [kwtaKernels, ...kernels] });
}
