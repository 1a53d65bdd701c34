import type { NetPlan } from "../shared/nets.ts";
import type { PresetMaker } from "./preset.ts";

/**
 * Real CIFAR-10 in one night of two cores. Nets that are shown alone are those of `@kwta/pretrained`; sweeps train all of theirs
 * alike, shorter, since there are many, and wider: width is what k-WTA's accuracy under PGD depends on most. The gallery's are as
 * short and narrow. The incremental schedule is the authors' in proportion: about 0.7 of the base's epochs, from 0.2 to 0.025, at a
 * tenth of the peak learning rate, since there are so few steps. Attacks are PGD and the gate at its price: the whole of `adaptive`
 * takes five times as long.
 */
export const laptop: PresetMaker = {
  name: "laptop",
  summary: "CIFAR-10; pretrained nets of width 16, sweeps at width 32; a night of two cores",
  dataset: "cifar10",
  make(images, scale, seed) {
    const training = {
      epochs: 10,
      batchSize: 128,
      optimizer: { id: "sgd", params: { nesterov: true, weightDecay: 0.0005 } },
      learningRate: { shape: "one-cycle-cosine", peak: 0.2 },
      augment: "crop-flip",
      seed,
    } as const;
    const adversarial: NetPlan["adversarial"] = {
      training: {},
      subset: 20_000,
      attack: { eps: scale.training, steps: 5, stepSize: "0.25 eps" },
      pretrained: ADVERSARIAL[images.name] ?? {},
    };
    const dataset = { ...images, testSize: 2000 };
    const resnet: NetPlan = {
      ...(images.name === "mnist"
        ? { name: "MNIST CNN", architecture: "mnist-cnn-w16-h256" }
        : { name: "ResNet18", architecture: "resnet18-w16" }),
      dataset,
      training,
      pretrained: PRETRAINED[images.name] ?? {},
      incremental: { from: 0.2, by: 0.025, every: 1, to: 0.025, learningRate: 0.02 },
      gammas: [0.025, 0.05, 0.1, 0.15],
      adversarial,
      msPerImage: 1.6,
    };
    const subset = { ...dataset, subset: 20_000 };
    const sweep: NetPlan = {
      ...resnet,
      architecture: "resnet18-w32",
      dataset: subset,
      training: { ...training, epochs: 5, batchSize: 64, learningRate: { ...training.learningRate, peak: 0.1 } },
      incremental: { from: 0.2, by: 0.05, every: 1, to: 0.025, learningRate: 0.01 },
      msPerImage: 8,
    };
    const wideResNet: NetPlan = {
      ...sweep,
      name: "WideResNet16-2",
      architecture: "wideresnet16-2-w16",
      pretrained: {},
      adversarial: { ...adversarial, pretrained: {} },
      msPerImage: 4,
    };
    const family: NetPlan = {
      ...sweep,
      name: resnet.name,
      architecture: resnet.architecture,
      pretrained: {},
      msPerImage: 2.5,
    };
    const denseNet: NetPlan = {
      ...resnet,
      name: "DenseNet121",
      architecture: "densenet121-w8",
      pretrained: {},
      dataset: subset,
      // Surfaces alone show it, at 0.2 and 0.1.
      incremental: { ...resnet.incremental, to: 0.1 },
      adversarial: {
        ...adversarial,
        subset: 10_000,
        attack: { ...adversarial.attack, steps: 2, stepSize: "0.625 eps" },
        pretrained: {},
      },
      msPerImage: 8,
    };
    return {
      nets: { resnet, wideResNet, denseNet, sweep, family },
      attack: { samples: 2000, steps: 20, stepSize: "0.125 eps", temperatures: [0.1, 0.2, 0.3], whole: false },
      surfacePoints: 41,
      images: 20,
    };
  },
};

/** By data set and activation: of single-step training (`fast`) at 8/255. */
const ADVERSARIAL: Readonly<Record<string, NonNullable<NetPlan["pretrained"]>>> = {
  cifar10: {
    relu: "cifar10/resnet18-w16@relu+fast",
    "kwta:0.1": "cifar10/resnet18-w16@kwta:0.1+fast",
  },
};

/** By data set and activation. */
const PRETRAINED: Readonly<Record<string, NonNullable<NetPlan["pretrained"]>>> = {
  cifar10: {
    relu: "cifar10/resnet18-w16@relu",
    "kwta:0.2": "cifar10/resnet18-w16@kwta:0.2",
    "kwta:0.1": "cifar10/resnet18-w16@kwta:0.1",
    "kwta:0.06": "cifar10/resnet18-w16@kwta:0.06+incremental",
  },
  mnist: {
    relu: "mnist/mnist-cnn-w16-h256@relu",
    "kwta:0.1": "mnist/mnist-cnn-w16-h256@kwta:0.1",
  },
};
