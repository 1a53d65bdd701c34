import type { WebgpuPlatform } from "./platform.ts";

/** By Dawn, which is the WebGPU of Chromium. */
export const platform: WebgpuPlatform = {
  async findGpu() {
    const { create, globals } = await import("webgpu").catch(() => {
      throw new Error("It is not installed; npm install webgpu @tensorflow/tfjs-backend-webgpu.");
    });
    needVulkan();
    // TensorFlow.js expects the classes and constants of WebGPU where browsers have them.
    for (const [name, value] of Object.entries(Object.getOwnPropertyDescriptors(globals))) {
      if (!(name in globalThis)) Object.defineProperty(globalThis, name, value);
    }
    return create([]) as GPU;
  },
  whyNoAdapter: () =>
    process.platform === "linux" ? "Install the Vulkan driver of your GPU; vulkaninfo tells what there is." : "",
  withNavigator,
};

/** Dawn prints a warning of its own where Vulkan is missing. */
function needVulkan(): void {
  if (process.platform !== "linux") return;
  try {
    process.dlopen({ exports: {} }, "libvulkan.so.1");
  } catch (error) {
    // A library that is there is refused for not being made for Node.
    if (!/cannot open shared object file/.test((error as Error).message)) return;
    throw new Error("Vulkan is not installed, through which WebGPU reaches a GPU; apt-get install libvulkan1.", {
      cause: error,
    });
  }
}

/** Node has none before version 21, and no GPU in it. Only while TensorFlow.js looks: others take it for a browser's. */
function withNavigator<T>(gpu: GPU, work: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { gpu } });
  const restore = (): void => {
    if (before) Object.defineProperty(globalThis, "navigator", before);
    else delete (globalThis as { navigator?: unknown }).navigator;
  };
  const result = work();
  if (result instanceof Promise) return result.finally(restore) as T;
  restore();
  return result;
}
