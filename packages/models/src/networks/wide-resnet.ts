import { InputError, show } from "@kwta/core";
import { layers, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { build, type BlockOptions } from "../build/build.ts";
import { isPositiveInteger } from "../build/checks.ts";
import { apply, batchNorm, conv, dense, poolAndFlatten } from "../build/layers.ts";
import type { NetworkConfig } from "../build/network.ts";

/** Configuration of {@link wideResNet}. Its stages are its three groups; the final slot belongs to the last. */
export interface WideResNetConfig extends NetworkConfig {
  /** Layers: 10, 16, 22, 28, ...: 6 n + 4 with n blocks in each group. */
  readonly depth: number;
  /** Widening factor of the groups. */
  readonly widen: number;
  /**
   * Channels of the stem; the groups have `widen` times 1, 2 and 4 times as many.
   *
   * @defaultValue 16
   */
  readonly width?: number;
}

/**
 * A WideResNet as in the k-WTA paper: pre-activation blocks without dropout in three groups of stride 1, 2, 2, average
 * pooling by 8, one dense layer. Every activation is a slot, the one after the final batch norm too. No convolution has a
 * bias. Weights start as `"wide-resnet"`.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 * @see Zagoruyko, Komodakis: "Wide residual networks" (BMVC 2016); `SparseWideResNet` with `sp_func='vol'` and
 * `bias=False` of the authors' code
 */
export function wideResNet(config: WideResNetConfig): LayersModel {
  const { depth, widen, numClasses, width = 16 } = config;
  const count = checkWideResNet(depth, widen);
  const plan = {
    name: `wideresnet${depth}-${widen}`,
    config: { ...config, width },
    stages: ["block1", "block2", "block3"],
    initialiser: "wide-resnet",
  } as const;
  return build(plan, (inputs, slot) => {
    let x = conv(inputs, "conv1", { filters: width, kernelSize: 3 });
    for (let stage = 0; stage < 3; stage++) {
      for (let i = 0; i < count; i++) {
        const stride = stage > 0 && i === 0 ? 2 : 1;
        const name = `block${stage + 1}.layer.${i}`;
        x = preActivationBlock(x, { name, filters: width * widen * 2 ** stage, stride, stage, slot });
      }
    }
    x = slot(batchNorm(x, "bn1"), "act", 2);
    return dense(poolAndFlatten(x, 8), "fc", numClasses);
  });
}

/**
 * @returns the blocks in each group
 * @throws InputError when there is no such WideResNet
 */
export function checkWideResNet(depth: number, widen: number): number {
  const count = (depth - 4) / 6;
  if (!isPositiveInteger(count)) {
    throw new InputError(`The depth of a WideResNet is ${show(depth)}; it must be 6 n + 4: 10, 16, 22, 28, ...`);
  }
  if (!isPositiveInteger(widen)) {
    throw new InputError(`The widening factor is ${show(widen)}; it must be a whole number of at least 1.`);
  }
  return count;
}

/** Where the channels change, the shortcut starts behind the first activation, else before it. */
function preActivationBlock(x: SymbolicTensor, options: BlockOptions): SymbolicTensor {
  const { name, filters, stride, stage, slot } = options;
  const active = slot(batchNorm(x, `${name}.bn1`), `${name}.act1`, stage);
  let y = batchNorm(conv(active, `${name}.conv1`, { filters, kernelSize: 3, stride }), `${name}.bn2`);
  y = conv(slot(y, `${name}.act2`, stage), `${name}.conv2`, { filters, kernelSize: 3 });
  const shortcut =
    x.shape[3] === filters && stride === 1
      ? x
      : conv(active, `${name}.convShortcut`, { filters, kernelSize: 1, stride });
  return apply([shortcut, y], layers.add({ name: `${name}.add` }));
}
