import type { Binding } from "./node-backend.ts";

/** A binding whose ops fail with messages that say what was computed and what to do. */
export function withClearErrors(binding: Binding): Binding {
  const executeOp: Binding["executeOp"] = (name, attributes, inputs, outputs) => {
    try {
      return binding.executeOp(name, attributes, inputs, outputs);
    } catch (error) {
      throw clearError(name, error as Error);
    }
  };
  // The binding's properties can neither be written nor be listed.
  return Object.create(binding, { executeOp: { value: executeOp } }) as Binding;
}

/** What became of `Invalid TF_Status: 8` and the lines after it. */
export function clearError(op: string, error: Error): Error {
  const [, code, text] = /^Invalid TF_Status: (\d+)\s+Message: ([^]*)$/.exec(error.message) ?? [];
  if (code === undefined) return error;
  // TensorFlow adds where in its graph the op stands, which is nowhere.
  const reason = text!
    .replace(/\s*(\[Op:.*|\[\[\{\{[^]*)$/, "")
    .replace(/ on \/job:\S+( by allocator \w+)?/, "")
    .trim();
  const advice = ADVICE[Number(code)];
  const ending = /[.!?]$/.test(reason) ? "" : ".";
  return new Error(`TensorFlow cannot compute ${op}: ${reason}${ending}${advice ?? ""}`, { cause: error });
}

/** By status code of TensorFlow. */
const ADVICE: Readonly<Record<number, string>> = {
  8: " The memory does not suffice: compute on fewer samples at a time (a smaller batch), or free tensors.",
  5: " This version of TensorFlow lacks it: set the backend up anew with kwta setup tensorflow.",
  12: " This version of TensorFlow cannot do it on this device.",
};
