import { InputError } from "@kwta/core";
import { layers, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { countLayer } from "./rehearse.ts";

/** Settings of {@link conv}. */
interface ConvOptions {
  readonly filters: number;
  readonly kernelSize: number;
  /** @defaultValue 1 */
  readonly stride?: number;
  /** @defaultValue false */
  readonly useBias?: boolean;
  /** Zeros on each side, or before and after. @defaultValue floor(kernelSize / 2) */
  readonly padding?: number | readonly [before: number, after: number];
}

/**
 * A convolution padded alike on all sides, as in PyTorch. TensorFlow's "same" puts the odd row of a strided convolution
 * at the end only, so such a one gets its zeros from a layer of its own.
 */
export function conv(x: SymbolicTensor, name: string, options: ConvOptions): SymbolicTensor {
  const { filters, kernelSize, stride = 1, useBias = false, padding = Math.floor(kernelSize / 2) } = options;
  const [before, after] = typeof padding === "number" ? [padding, padding] : padding;
  const same = stride === 1 && before === after && 2 * before === kernelSize - 1;
  const sides: [number, number] = [before, after];
  const padded =
    same || before + after === 0 ? x : apply(x, layers.zeroPadding2d({ padding: [sides, sides], name: `${name}.pad` }));
  return apply(
    padded,
    layers.conv2d({
      name,
      filters,
      kernelSize,
      strides: stride,
      padding: same ? "same" : "valid",
      useBias,
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
export function dense(x: SymbolicTensor, name: string, units: number, useBias = true): SymbolicTensor {
  return apply(x, layers.dense({ name, units, useBias, kernelInitializer: "zeros" }));
}

/** Max pooling by 2, which drops an odd row as in PyTorch. */
export function maxPool(x: SymbolicTensor, name: string): SymbolicTensor {
  const [, height, width] = x.shape as [null, number, number, number];
  if (height < 2 || width < 2) {
    throw new InputError(
      `The image is too small for this network: only ${height}x${width} positions reach ${name}, which pools by 2. ` +
        "Use a larger input shape or another network.",
    );
  }
  return apply(x, layers.maxPooling2d({ name, poolSize: 2, strides: 2, padding: "valid" }));
}

/** Average pooling by `size`, or by what there is when that is less; then one row per sample. */
export function poolAndFlatten(x: SymbolicTensor, size: number): SymbolicTensor {
  const poolSize: [number, number] = [Math.min(size, x.shape[1]!), Math.min(size, x.shape[2]!)];
  const pooled = layers.averagePooling2d({ poolSize, strides: poolSize, padding: "valid", name: "avg_pool" });
  return flatten(apply(x, pooled), "flatten");
}

/** One row per sample. */
export function flatten(x: SymbolicTensor, name: string): SymbolicTensor {
  return apply(x, layers.flatten({ name }));
}

/** ReLU where the paper keeps it, whatever the activation. */
export function relu(x: SymbolicTensor, name: string): SymbolicTensor {
  return apply(x, layers.reLU({ name }));
}

/** `layer` on `x`. */
export function apply(x: SymbolicTensor | SymbolicTensor[], layer: layers.Layer): SymbolicTensor {
  countLayer();
  return layer.apply(x) as SymbolicTensor;
}
