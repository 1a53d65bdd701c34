import { InputError, show } from "@kwta/core";
import { activationLayer, type Activation } from "@kwta/op";
import { input, layers, model, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { checkNetwork, inputErrors, isPositiveInteger } from "./_checks.ts";
import { initialise } from "./_initialise.ts";
import { apply, batchNorm, conv, dense } from "./_layers.ts";
import type { NetworkConfig } from "./network.ts";

/** Configuration of {@link resnet}. */
export interface ResNetConfig extends NetworkConfig {
  /**
   * Channels of the stem and the first stage; each further stage has twice as many.
   *
   * @defaultValue 64
   */
  readonly width?: number;
  /**
   * Residual blocks in each stage.
   *
   * @defaultValue `[2, 2, 2, 2]`, which is ResNet18
   */
  readonly blocks?: readonly number[];
}

/**
 * A ResNet of basic blocks for small images, as in the k-WTA paper: a 3x3 stem without pooling, stages whose first block
 * has stride 1, 2, 2, 2, average pooling by 4, one dense layer. Activation slots follow the first batch norm of a block
 * and the sum at its end. The stem keeps ReLU, whatever the activation.
 *
 * Layers are called as in the authors' PyTorch code (`layer1.0.conv1`), which {@link loadStateDict} relies on.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 * @see He, Zhang, Ren, Sun: "Deep residual learning for image recognition" (CVPR 2016); `SparseResNet18` with
 * `sparse_func='vol'` and `relu=False` of the authors' code
 */
export function resnet(config: ResNetConfig): LayersModel {
  const { inputShape, numClasses, activation, width = 64, blocks = [2, 2, 2, 2], seed = 0 } = config;
  checkNetwork({ ...config, width });
  if (blocks.length === 0 || !blocks.every(isPositiveInteger)) {
    throw new InputError(`The blocks per stage are ${show(blocks)}; they must be whole numbers of at least 1.`);
  }
  return inputErrors(() => {
    const inputs = input({ shape: [...inputShape], name: "input" });
    let x = batchNorm(conv(inputs, "conv1", { filters: width, kernelSize: 3, stride: 1 }), "bn1");
    x = apply(x, layers.reLU({ name: "relu" }));
    blocks.forEach((count, stage) => {
      for (let i = 0; i < count; i++) {
        const stride = stage > 0 && i === 0 ? 2 : 1;
        x = basicBlock(x, `layer${stage + 1}.${i}`, { filters: width * 2 ** stage, stride, activation });
      }
    });
    x = apply(poolBy4(x), layers.flatten({ name: "flatten" }));
    const net = model({ inputs, outputs: dense(x, "linear", numClasses, true), name: `resnet-${blocks.join("-")}` });
    initialise(net, seed);
    return net;
  });
}

interface BlockOptions {
  readonly filters: number;
  readonly stride: number;
  readonly activation: string | Activation;
}

function basicBlock(x: SymbolicTensor, name: string, { filters, stride, activation }: BlockOptions): SymbolicTensor {
  let y = batchNorm(conv(x, `${name}.conv1`, { filters, kernelSize: 3, stride }), `${name}.bn1`);
  y = apply(y, activationLayer(activation, { name: `${name}.act1` }));
  y = batchNorm(conv(y, `${name}.conv2`, { filters, kernelSize: 3, stride: 1 }), `${name}.bn2`);
  const fits = stride === 1 && x.shape[3] === filters;
  const shortcut = fits
    ? x
    : batchNorm(conv(x, `${name}.shortcut.0`, { filters, kernelSize: 1, stride }), `${name}.shortcut.1`);
  const sum = apply([y, shortcut], layers.add({ name: `${name}.add` }));
  return apply(sum, activationLayer(activation, { name: `${name}.act2` }));
}

/** Average pooling by 4, which leaves one position of a 32x32 image; by what there is when that is less than 4. */
function poolBy4(x: SymbolicTensor): SymbolicTensor {
  const poolSize: [number, number] = [Math.min(4, x.shape[1]!), Math.min(4, x.shape[2]!)];
  return apply(x, layers.averagePooling2d({ poolSize, strides: poolSize, padding: "valid", name: "avg_pool" }));
}
