import { InputError, show } from "@kwta/core";
import { KERNEL_PACK_API, type KernelPack } from "../contract/kernel-pack.ts";

/**
 * Checks that a value, such as one imported from another package, is a kernel pack of this contract.
 *
 * @throws InputError that says what is missing
 */
export function checkKernelPack(value: unknown): asserts value is KernelPack {
  const { api, name, checks, ...kinds } = (value ?? {}) as Partial<KernelPack>;
  if (typeof name !== "string") refuse(show(value), "it has no name");
  if (api !== KERNEL_PACK_API) {
    refuse(
      show(name),
      `its contract version (api) is ${show(api)}, this is @kwta/backend with version ${KERNEL_PACK_API}; update one`,
    );
  }
  if (!Array.isArray(checks)) refuse(show(name), "it has no list of checks");
  for (const [kind, load] of Object.entries(kinds)) {
    if (load !== undefined && typeof load !== "function") {
      refuse(show(name), `its ${kind} is ${show(load)}, not a function that gives kernels`);
    }
  }
}

function refuse(which: string, reason: string): never {
  throw new InputError(`The kernel pack ${which} cannot be used: ${reason}.`);
}
