import { layers, type SymbolicTensor } from "@tensorflow/tfjs-layers";

/** Settings of {@link conv}. */
interface ConvOptions {
  readonly filters: number;
  readonly kernelSize: number;
  readonly stride: number;
}

/**
 * A convolution without bias, padded by floor(kernelSize / 2) on all sides as in PyTorch. TensorFlow's "same" puts the
 * odd row of a strided convolution at the end only, so such a one gets its zeros from a layer of its own.
 */
export function conv(x: SymbolicTensor, name: string, { filters, kernelSize, stride }: ConvOptions): SymbolicTensor {
  const pad = stride > 1 && kernelSize > 1;
  const padded = pad ? apply(x, layers.zeroPadding2d({ padding: (kernelSize - 1) / 2, name: `${name}.pad` })) : x;
  return apply(
    padded,
    layers.conv2d({
      name,
      filters,
      kernelSize,
      strides: stride,
      padding: pad ? "valid" : "same",
      useBias: false,
      // The initial weights come from `initialise`; zeros cost no time here.
      kernelInitializer: "zeros",
    }),
  );
}

/** Batch norm with PyTorch's constants: epsilon 1e-5, momentum 0.1, which Keras writes as 0.9. */
export function batchNorm(x: SymbolicTensor, name: string): SymbolicTensor {
  return apply(x, layers.batchNormalization({ name, epsilon: 1e-5, momentum: 0.9 }));
}

/** A fully connected layer. */
export function dense(x: SymbolicTensor, name: string, units: number, useBias: boolean): SymbolicTensor {
  return apply(x, layers.dense({ name, units, useBias, kernelInitializer: "zeros" }));
}

/** `layer` on `x`. */
export function apply(x: SymbolicTensor | SymbolicTensor[], layer: layers.Layer): SymbolicTensor {
  return layer.apply(x) as SymbolicTensor;
}
