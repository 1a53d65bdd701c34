/** Whether a NaN is among `x[start .. end - 1]`. */
export function holdsNaN(x: Float32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (x[i]! !== x[i]!) return true;
  return false;
}
