// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const mnistMnistCnnW16H256Kwta01: PretrainedNet = {
  card: {
    name: "mnist/mnist-cnn-w16-h256@kwta:0.1",
    model: "mnist-cnn-w16-h256@kwta:0.1",
    inputShape: [28, 28, 1],
    classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    dataset: {
      name: "mnist",
      trainImages: 8000,
      testImages: 2000,
      source: "github.com/cazala/mnist: 8,000 training and 2,000 test images of MNIST's 70,000",
      digest: "6e4e47898a090ad7b254ed8cd7fa88a7199258b3c400b053569f46777cd92043",
    },
    training: {
      command:
        "kwta train --model mnist-cnn-w16-h256@kwta:0.1 --dataset mnist --epochs 25 --batch-size 64 --optimizer sgd:nesterov=true,weightDecay=0.0005 --schedule one-cycle-cosine:peak=0.05 --augment crop --seed 0",
      method: "standard",
      seed: 0,
      epochs: 25,
      seconds: 407,
      kwta: "0.0.0",
      backend: "tensorflow:threads=1,native=true,winograd=true",
      threads: 1,
    },
    weights: {
      file: "mnist-mnist-cnn-w16-h256-kwta-0.1.safetensors",
      bytes: 842140,
      sha256: "8dd9dd24439c09bb1babb24faad95c6aa5fe8b96e85abc0040a34999de9fd0d3",
    },
    clean: {
      accuracy: {
        value: 0.98,
        count: 1960,
        n: 2000,
        low: 0.9728813608112625,
        high: 0.9852782737987344,
      },
      correctBefore: 1960,
      changed: 0,
    },
    evaluations: [
      {
        command:
          "kwta evaluate pretrained:mnist/mnist-cnn-w16-h256@kwta:0.1 --protocol quick --eps 0.1,0.3 --samples 200",
        protocol: "quick@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.99,
          count: 198,
          n: 200,
          low: 0.9642782382838231,
          high: 0.9972533418664554,
        },
        robust: [
          {
            eps: 0.1,
            accuracy: {
              value: 0.755,
              count: 151,
              n: 200,
              low: 0.6909575644379659,
              high: 0.8094313191096282,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                n: 200,
                accuracy: 0.84,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                n: 200,
                accuracy: 0.755,
              },
              {
                attack: "gradient-estimate:sigma=0.5 eps,stepSize=0.3 eps,ladder=20x100+20x400,chunkBytes=1048576",
                on: "all",
                n: 20,
                accuracy: 0.95,
              },
            ],
          },
          {
            eps: 0.3,
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
                accuracy: 0.015,
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
        seconds: 173,
        findings: [
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 64 % of what the margin does are jumps that no gradient on the way sees.",
          },
        ],
      },
      {
        command:
          "kwta evaluate pretrained:mnist/mnist-cnn-w16-h256@kwta:0.1 --protocol standard --eps 0.1,0.3 --samples 200",
        protocol: "standard@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.99,
          count: 198,
          n: 200,
          low: 0.9642782382838231,
          high: 0.9972533418664554,
        },
        robust: [
          {
            eps: 0.1,
            accuracy: {
              value: 0.765,
              count: 153,
              n: 200,
              low: 0.7015863111723746,
              high: 0.8184256658476741,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.835,
              },
              {
                attack: "multi-target(apgd:steps=100,loss=dlr,rho=0.75,restarts=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.81,
              },
              {
                attack:
                  "multi-target(fab:steps=100,alphaMax=0.1,eta=1.05,beta=0.9,restarts=1,rivals=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.81,
              },
              {
                attack: "square:queries=5000,share=0.8,rescale=false,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.765,
              },
            ],
          },
          {
            eps: 0.3,
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
        seconds: 797,
        findings: [
          {
            id: "black-box-wins",
            severity: "warning",
            seen: "square broke 9 of 162 samples that no attack with a gradient broke.",
          },
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 64 % of what the margin does are jumps that no gradient on the way sees.",
          },
        ],
      },
      {
        command:
          "kwta evaluate pretrained:mnist/mnist-cnn-w16-h256@kwta:0.1 --protocol adaptive --eps 0.1,0.3 --samples 200",
        protocol: "adaptive@2",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.99,
          count: 198,
          n: 200,
          low: 0.9642782382838231,
          high: 0.9972533418664554,
        },
        robust: [
          {
            eps: 0.1,
            accuracy: {
              value: 0.715,
              count: 143,
              n: 200,
              low: 0.6488465397039482,
              high: 0.7730499699538271,
            },
            complete: true,
            flagged: true,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1",
                on: "all",
                n: 200,
                accuracy: 0.86,
              },
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                n: 200,
                accuracy: 0.83,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3,adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2)",
                on: "survivors",
                n: 200,
                accuracy: 0.74,
              },
              {
                attack:
                  "adaptive(multi-target(apgd:steps=50,loss=dlr,rho=0.75,restarts=1):targets=9,order=distance):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.735,
              },
              {
                attack:
                  "adaptive(cascade(eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.25 eps,eot(apgd:steps=60,loss=margin,rho=0.75,restarts=1):draws=4,sigma=0.5 eps)):backward=gate:0.2",
                on: "survivors",
                n: 200,
                accuracy: 0.725,
              },
              {
                attack:
                  "cascade(adaptive(apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1):backward=gate:0.2,adaptive(apgd:steps=100,loss=margin,rho=0.75,restarts=1):backward=gate:0.2+gate:0.1+gate:0.3)",
                on: "survivors",
                n: 200,
                accuracy: 0.715,
              },
            ],
          },
          {
            eps: 0.3,
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
                accuracy: 0.03,
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
        seconds: 159,
        findings: [
          {
            id: "random-answers",
            severity: "red-flag",
            seen: "3 points were adversarial when an attack saw them and not when they were verified.",
          },
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 64 % of what the margin does are jumps that no gradient on the way sees.",
          },
        ],
      },
    ],
  },
  url: new URL("../../weights/mnist-mnist-cnn-w16-h256-kwta-0.1.safetensors", import.meta.url),
};
