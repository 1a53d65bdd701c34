import { readFileSync } from "node:fs";
import type { KernelPack, NativeKernels } from "@kwta/backend";
import { InputError, show } from "@kwta/core";
import { FOLDER } from "./sources.node.ts";

/** The version of our C++ headers, for those who write kernels; `native-op.h` says it. */
export const KWTA_NATIVE_API: number = Number(
  /^#define KWTA_NATIVE_API (\d+)$/m.exec(readFileSync(new URL("native-op.h", FOLDER), "utf8"))![1],
);

/**
 * The kernels in C++ that packs have.
 *
 * @throws InputError when those of a pack are written for other headers than ours
 */
export async function nativeKernelsOf(packs: readonly KernelPack[]): Promise<NativeKernels[]> {
  const found: NativeKernels[] = [];
  for (const pack of packs) {
    if (pack.native === undefined) continue;
    const kernels = await pack.native();
    checkHeaders(pack.name, kernels);
    found.push(kernels);
  }
  return found;
}

function checkHeaders(name: string, { headers }: NativeKernels): void {
  if (headers === KWTA_NATIVE_API) return;
  throw new InputError(
    `The C++ of the kernel pack ${show(name)} is written for version ${show(headers)} of native-op.h, and this ` +
      `@kwta/backend-tensorflow has version ${KWTA_NATIVE_API}. Update the older one of the two packages.`,
  );
}
