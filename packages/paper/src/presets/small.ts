import type { NetPlan } from "../shared/nets.ts";
import type { PresetMaker } from "./preset.ts";

/** The paper's architectures, narrow, on subsets of CIFAR-10, with few epochs. */
export const small: PresetMaker = {
  name: "small",
  summary: "CIFAR-10, narrow nets, about half an hour",
  dataset: "cifar10",
  make(images, scale, seed) {
    const dataset = { ...images, subset: 4000, testSize: 500 };
    const learningRate = { shape: "one-cycle", peak: 0.1, warmup: 0.25 } as const;
    const training = { epochs: 5, batchSize: 32, learningRate, seed };
    const resnet: NetPlan = {
      name: "ResNet18",
      architecture: "resnet18-w8",
      dataset,
      training,
      incremental: { from: 0.2, by: 0.05, every: 1, to: 0.05, learningRate: 0.02 },
      gammas: [0.05, 0.1, 0.2],
      adversarial: {
        training: { epochs: 3 },
        subset: 2500,
        attack: { eps: scale.training, steps: 3, stepSize: "0.5 eps" },
      },
      msPerImage: 3.8,
    };
    const wideResNet: NetPlan = {
      ...resnet,
      name: "WideResNet10-2",
      architecture: "wideresnet10-2-w8",
      msPerImage: 3.8,
    };
    const denseNet: NetPlan = {
      ...resnet,
      name: "DenseNet121",
      architecture: "densenet121-w4",
      dataset: { ...dataset, subset: 1500 },
      training: { ...training, epochs: 3 },
      incremental: { from: 0.2, by: 0.1, every: 1, to: 0.1, learningRate: 0.02 },
      adversarial: {
        training: { epochs: 2 },
        subset: 1000,
        attack: { eps: scale.training, steps: 1, stepSize: "1 eps" },
      },
      msPerImage: 31,
    };
    return {
      nets: { resnet, wideResNet, denseNet },
      attack: { samples: 200, steps: 20, stepSize: "0.125 eps", temperatures: [0.1, 0.2, 0.3] },
      surfacePoints: 41,
    };
  },
};
