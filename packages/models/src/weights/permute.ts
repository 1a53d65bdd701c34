/** `data` of a shape of at most 4 axes with its axes in another order. In plain code: some backends take seconds here. */
export function permute(data: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const sizes = axes.map((axis) => shape[axis]!);
  const steps = axes.map((axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  while (sizes.length < 4) {
    sizes.unshift(1);
    steps.unshift(0);
  }
  const [n0, n1, n2, n3] = sizes as [number, number, number, number];
  const [s0, s1, s2, s3] = steps as [number, number, number, number];
  const result = new Float32Array(data.length);
  let at = 0;
  for (let i = 0; i < n0; i++) {
    for (let j = 0; j < n1; j++) {
      for (let k = 0; k < n2; k++) {
        for (let l = 0, from = i * s0 + j * s1 + k * s2; l < n3; l++, from += s3) result[at++] = data[from]!;
      }
    }
  }
  return result;
}
