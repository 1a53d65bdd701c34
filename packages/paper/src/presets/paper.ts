import type { NetPlan } from "../shared/nets.ts";
import type { PresetMaker } from "./preset.ts";

/** The paper's nets, images, epochs and schedules, as far as they are known (`steps` is 0.1, and 0.01 from epoch 50): for a GPU. */
export const paper: PresetMaker = {
  name: "paper",
  summary: "the paper's nets and epochs on all of CIFAR-10: a year and more of two cores, days of a GPU",
  dataset: "cifar10",
  make(images, scale, seed) {
    const training = {
      epochs: 80,
      batchSize: 256,
      learningRate: { shape: "steps" },
      augment: "crop-flip",
      seed,
    } as const;
    const resnet: NetPlan = {
      name: "ResNet18",
      architecture: "resnet18",
      dataset: images,
      training,
      incremental: { from: 0.2, by: 0.005, every: 2, to: 0.025, learningRate: 0.001 },
      gammas: [0.025, 0.05, 0.08, 0.1, 0.15],
      adversarial: { training: {}, attack: { eps: scale.paper ?? scale.training, steps: 10, stepSize: "0.225 eps" } },
      msPerImage: 24,
    };
    const wideResNet: NetPlan = {
      ...resnet,
      name: "WideResNet22-10",
      architecture: "wideresnet22-10",
      training: { ...training, batchSize: 64 },
      msPerImage: 150,
    };
    const denseNet: NetPlan = {
      ...resnet,
      name: "DenseNet121",
      architecture: "densenet121",
      training: { ...training, batchSize: 128 },
      msPerImage: 60,
    };
    return {
      nets: { resnet, wideResNet, denseNet, sweep: resnet, family: resnet },
      attack: { samples: 5000, steps: 40, stepSize: "0.1 eps", temperatures: [0.1, 0.2, 0.3], whole: true },
      surfacePoints: 51,
      images: 20,
    };
  },
};
