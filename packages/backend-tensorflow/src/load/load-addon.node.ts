import { constants } from "node:os";

/** `RTLD_NODELETE`, which Node does not name: code whose threads run must stay when the worker that loaded it ends. */
const STAY = process.platform === "darwin" ? 0x80 : 0x1000;

/**
 * Loads compiled code.
 *
 * @throws Error that tells which library is missing
 */
export function loadAddon(path: string): unknown {
  const module = { exports: {} };
  try {
    process.dlopen(module, path, constants.dlopen.RTLD_LAZY | STAY);
    return module.exports;
  } catch (error) {
    throw new Error(explain((error as Error).message), { cause: error });
  }
}

/** What the dynamic loader says, and what to do about it. */
export function explain(message: string): string {
  const [, library] = /^(\S+): cannot open shared object file|Library not loaded: (\S+)/.exec(message) ?? [];
  const what = library ? `The library ${library} is missing` : `It cannot be loaded (${message.split("\n")[0]})`;
  if (/cuda|cudnn|cublas|cufft|nvidia|nccl/i.test(message)) {
    return `${what}: install NVIDIA's driver and CUDA, or set it up for the CPU with kwta setup tensorflow --force.`;
  }
  if (/version `GLIBC/.test(message)) return `${what}: it needs a newer system. Other backends do without.`;
  return `${what}; to set it up again: kwta setup tensorflow --force.`;
}
