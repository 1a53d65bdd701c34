import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { constants } from "node:os";

/** Debian's package has it: a driver for Vulkan that computes on the CPU. */
const DRIVER = process.env["VK_DRIVER_FILES"] ?? "/usr/lib/chromium/vk_swiftshader_icd.json";

/** Why there is no GPU to test on, not even one in software; undefined where there is. */
export const noGpu: string | undefined = existsSync(DRIVER)
  ? undefined
  : `there is no ${DRIVER}; apt-get install chromium, or set VK_DRIVER_FILES`;

/** Whether to run what takes minutes on a GPU in software: with `KWTA_WEBGPU_TESTS=all`. */
export const ALL_ON_GPU: boolean = process.env["KWTA_WEBGPU_TESTS"] === "all";

/** Of `dlopen`: what was loaded stays. */
const RTLD_NODELETE = 0x1000;

/** Has Vulkan find the driver. Its loader is taken from beside the driver, where the machine has none. */
export function useSoftwareGpu(): void {
  process.env["VK_DRIVER_FILES"] = DRIVER;
  const loader = join(dirname(DRIVER), "libvulkan.so.1");
  if (!existsSync(loader)) return;
  try {
    process.dlopen({ exports: {} }, loader, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch {
    // It is not made for Node, but loaded all the same.
  }
}
