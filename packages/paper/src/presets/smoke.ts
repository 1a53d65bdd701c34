import type { NetPlan } from "../shared/nets.ts";
import type { PresetMaker } from "./preset.ts";

/** All figures in two minutes of a core: nets and images just large enough to show what the figures are about. */
export const smoke: PresetMaker = {
  name: "smoke",
  summary: "embedded images, tiny nets, two minutes of a core",
  dataset: "glyphs28",
  make(images, scale, seed) {
    const dataset = { ...images, subset: 1500, testSize: 200 };
    const learningRate = { shape: "one-cycle", peak: 0.1, warmup: 0.25 } as const;
    const smallCnn: NetPlan = {
      name: "small CNN",
      architecture: "small-cnn-w8",
      dataset,
      training: { epochs: 3, batchSize: 32, learningRate, seed },
      incremental: { from: 0.3, by: 0.1, every: 1, to: 0.1, learningRate: 0.02 },
      gammas: [0.1, 0.2],
      adversarial: {
        training: { epochs: 2 },
        subset: 1200,
        attack: { eps: scale.training, steps: 3, stepSize: "0.5 eps" },
      },
      msPerImage: 0.7,
    };
    const resnet10: NetPlan = {
      ...smallCnn,
      name: "ResNet10",
      architecture: "resnet10-w4",
      dataset: { ...dataset, subset: 800 },
      incremental: { from: 0.4, by: 0.1, every: 1, to: 0.3, learningRate: 0.02 },
      gammas: [0.3],
      adversarial: { ...smallCnn.adversarial, subset: 600 },
      msPerImage: 1.9,
    };
    return {
      nets: { resnet: smallCnn, wideResNet: resnet10, denseNet: resnet10, sweep: smallCnn, family: smallCnn },
      attack: { samples: 30, steps: 10, stepSize: "0.25 eps", temperatures: [0.1, 0.3], whole: false },
      surfacePoints: 13,
      images: 8,
    };
  },
};
