/** What functions over samples are given. */
@unmanaged
export class Samples {
  x: usize;
  dy: usize;
  /** The output, or the gradient by x. */
  to: usize;
  /** The k-th largest value of each sample. */
  threshold: usize;
  batch: i32;
  /** How many values one sample has. */
  size: i32;
  k: i32;
  /** How many samples one chunk has. */
  together: i32;
  temperature: f32;
  /** How many neighbouring channels compete with each other. */
  group: i32;
  /** Of ReLU with a jump, what becomes of values that are not above 0; or what values have to reach. */
  limit: f32;

  @inline
  first(chunk: i32): i32 {
    return chunk * this.together;
  }

  @inline
  end(chunk: i32): i32 {
    return min((chunk + 1) * this.together, this.batch);
  }

  @inline
  offset(sample: i32): usize {
    return (<usize>sample * <usize>this.size) << 2;
  }
}
