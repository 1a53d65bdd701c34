import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";

/** The forward pass of a model failed. */
export class ForwardError extends InputError {}

/** What went wrong in a forward pass, in one sentence. What says so already stays as it is. */
export function forwardError(error: unknown): Error {
  const { name, message } = error as Error;
  // By name, since `@kwta/op` has its own.
  if (name === "InputError") return error as Error;
  if (/disposed/.test(message)) {
    return new ForwardError("The model was disposed while it was in use. Dispose it when its last result is there.", {
      cause: error,
    });
  }
  return new ForwardError(
    `The model cannot be computed on the backend ${tf.getBackend()}: ${firstLine(message)}. ` +
      "Another backend may be able to; the cpu backend knows most ops.",
    { cause: error },
  );
}

/** The first line of what a library says, without its full stop. */
export function firstLine(message: string): string {
  const [line = ""] = message.split("\n");
  return (line.length > 300 ? `${line.slice(0, 297)}...` : line).replace(/[.\s]+$/, "");
}
