/** Whether the name of a GPU is that of a program that stands in for one, far slower than the wasm backend on the same CPU. */
export function isSoftwareGpu(name: string): boolean {
  return PROGRAMS.test(name);
}

const PROGRAMS = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b|\bcpu\b/i;
