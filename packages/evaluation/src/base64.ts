import { fromBase64, toBase64 } from "@kwta/core";

/** Floats as text that JSON can hold. */
export function floatsToBase64(values: Float32Array): string {
  return toBase64(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

/** The inverse of {@link floatsToBase64}. */
export function floatsFromBase64(text: string): Float32Array {
  return new Float32Array(fromBase64(text).buffer);
}
