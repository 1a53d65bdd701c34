import * as tf from "@tensorflow/tfjs-core";
import { asTensor, type KernelRepair } from "../kernel-repair.ts";

/** One value at an index, another elsewhere, of any type. */
export const typedOneHot: KernelRepair = {
  kernelName: tf.OneHot,
  fault: "on wasm it writes the bits of 32-bit integers whatever type is asked for, past the end of a bool's memory",
  repair: (original) => (call) => {
    const { dtype, onValue, offValue, ...attrs } = call.attrs as {
      dtype: tf.DataType;
      onValue: number;
      offValue: number;
    };
    if (dtype === "int32") return original(call);
    const whole = { ...call, attrs: { ...attrs, onValue: 1, offValue: 0, dtype: "int32" } };
    return tf.tidy(() => {
      const chosen = tf.cast(asTensor(original(whole)), "bool");
      const filled = (value: number): tf.Tensor => tf.fill(chosen.shape, value, dtype as "float32");
      return tf.where(chosen, filled(onValue), filled(offValue));
    });
  },
};
