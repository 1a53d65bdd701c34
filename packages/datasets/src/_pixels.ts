/** Each byte as a float in [0, 1]: `value / 255` rounded once to 32 bits, the numbers of PyTorch's `ToTensor`. */
export const UNIT: Float32Array = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/** Copies bytes `from .. from + length` into floats in [0, 1] at `out[to]`. */
export function copyUnit(images: Uint8Array, from: number, length: number, out: Float32Array, to: number): void {
  for (let i = 0; i < length; i++) out[to + i] = UNIT[images[from + i]!]!;
}
