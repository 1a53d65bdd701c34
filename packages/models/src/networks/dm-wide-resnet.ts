import { layers, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { build, type BlockOptions } from "../build/build.ts";
import { apply, batchNorm, conv, dense, poolAndFlatten } from "../build/layers.ts";
import { checkWideResNet, type WideResNetConfig } from "./wide-resnet.ts";

/**
 * The WideResNet of DeepMind's robust models, of which RobustBench has many: {@link wideResNet} but for its names, and for the
 * zeros around a strided convolution, which lie at the end alone, as TensorFlow puts them. Most were trained with SiLU, and
 * with a normalisation in front.
 *
 * @returns a model from [batch, ...inputShape] to logits [batch, numClasses]
 * @throws InputError when the configuration cannot be used, or a k-WTA slot would keep no value
 * @see Gowal, Qin, Uesato, Mann, Kohli: "Uncovering the limits of adversarial training against norm-bounded adversarial
 * examples" (2020); `DMWideResNet` of RobustBench
 */
export function dmWideResNet(config: WideResNetConfig): LayersModel {
  const { depth, widen, numClasses, width = 16 } = config;
  const count = checkWideResNet(depth, widen);
  const plan = {
    name: `dmwideresnet${depth}-${widen}`,
    config: { ...config, width },
    stages: ["layer.0", "layer.1", "layer.2"],
    initialiser: "wide-resnet",
  } as const;
  return build(plan, (inputs, slot) => {
    let x = conv(inputs, "init_conv", { filters: width, kernelSize: 3 });
    for (let stage = 0; stage < 3; stage++) {
      for (let i = 0; i < count; i++) {
        const stride = stage > 0 && i === 0 ? 2 : 1;
        const name = `layer.${stage}.block.${i}`;
        x = block(x, { name, filters: width * widen * 2 ** stage, stride, stage, slot });
      }
    }
    x = slot(batchNorm(x, "batchnorm"), "act", 2);
    return dense(poolAndFlatten(x, 8), "logits", numClasses);
  });
}

function block(x: SymbolicTensor, { name, filters, stride, stage, slot }: BlockOptions): SymbolicTensor {
  const active = slot(batchNorm(x, `${name}.batchnorm_0`), `${name}.act_0`, stage);
  const padding = stride === 1 ? 1 : ([0, 1] as const);
  let y = conv(active, `${name}.conv_0`, { filters, kernelSize: 3, stride, padding });
  y = slot(batchNorm(y, `${name}.batchnorm_1`), `${name}.act_1`, stage);
  y = conv(y, `${name}.conv_1`, { filters, kernelSize: 3 });
  const shortcut = x.shape[3] === filters ? x : conv(active, `${name}.shortcut`, { filters, kernelSize: 1, stride });
  return apply([shortcut, y], layers.add({ name: `${name}.add` }));
}
