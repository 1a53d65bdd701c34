import type * as tf from "@tensorflow/tfjs-core";
import type { RunContext } from "./context.ts";
import type { Access } from "./oracle.ts";

/**
 * Ticks, and reads a tensor back in the same wait. Disposes it, also when the run was aborted.
 *
 * @param tensor the attack's; none is read as nothing
 */
export async function tickAndRead(
  ctx: Pick<RunContext<Access>, "tick">,
  fraction: number,
  tensor: tf.Tensor | undefined,
): Promise<Float32Array | undefined> {
  const reading = tensor?.data<"float32">();
  try {
    await ctx.tick(fraction);
  } finally {
    await reading;
    tensor?.dispose();
  }
  return reading;
}
