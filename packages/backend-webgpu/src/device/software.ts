import { isSoftwareGpu } from "@kwta/backend/kit";

/** What is known of a GPU, see `GPUAdapter.info`. */
type Info = Pick<GPUAdapterInfo, "vendor" | "architecture" | "device" | "description"> & {
  readonly isFallbackAdapter?: boolean;
};

/** Whether an adapter is a program that stands in for a GPU, far slower than the wasm backend on the same CPU. */
export function isSoftware(adapter: { readonly info: Info; readonly isFallbackAdapter?: boolean }): boolean {
  // Browsers have the mark in one of two places, or none.
  if (adapter.info.isFallbackAdapter || adapter.isFallbackAdapter) return true;
  return isSoftwareGpu(words(adapter.info));
}

/** The name of a GPU, as far as it is told: browsers keep most of it to themselves. */
export function describeGpu({ vendor, architecture, device, description }: Info): string {
  return description || [vendor, architecture, device].filter(Boolean).join(" ") || "a GPU without a name";
}

function words({ vendor, architecture, device, description }: Info): string {
  return [vendor, architecture, device, description].join(" ");
}
