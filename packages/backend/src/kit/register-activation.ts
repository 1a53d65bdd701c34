import { replaceKernel } from "./replace-kernel.ts";

/** Says that the networks in one call of a backend have this activation: by a kernel of its name, which nobody calls. */
export function registerActivation(backendName: string, activation: string): void {
  replaceKernel(backendName, `Activation:${activation}`, () => {
    throw new Error(`${activation} is a step of networks, not an op.`);
  });
}
