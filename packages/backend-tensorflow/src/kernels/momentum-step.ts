import { execute } from "./shared/execute.ts";
import type { TensorflowKernel } from "./shared/kernel-patch.ts";

/**
 * Our kernel for one step of gradient descent with momentum, (w, velocity, gradient, settings) to [w, velocity]:
 * `velocity' = momentum velocity + gradient + decay w`, `w' = w - rate velocity'`, with `settings` [momentum, decay, rate].
 */
export const MOMENTUM_STEP = "MomentumStep";

/** See {@link MOMENTUM_STEP}. */
export const momentumStep: TensorflowKernel = ({ inputs, backend }) => {
  const names = ["w", "velocity", "gradient", "settings"];
  return execute(
    backend,
    "KwtaMomentumStep",
    names.map((name) => inputs[name]!),
    2,
  );
};
