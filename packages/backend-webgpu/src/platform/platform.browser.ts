import type { WebgpuPlatform } from "./platform.ts";

export const platform: WebgpuPlatform = {
  async findGpu() {
    const { gpu } = navigator as { readonly gpu?: GPU };
    if (gpu) return gpu;
    throw new Error(
      isSecureContext
        ? "This browser has no WebGPU; use a newer one."
        : "This page has no WebGPU, as it does not come from a secure address; serve it by https or from localhost.",
    );
  },
  whyNoAdapter: () =>
    "See whether hardware acceleration is switched off in this browser; its page chrome://gpu tells more.",
  withNavigator: (_gpu, work) => work(),
};
