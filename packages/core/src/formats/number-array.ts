/** An array of floats or whole numbers, as files hold it: in C order. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}
