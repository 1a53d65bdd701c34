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
          "kwta evaluate pretrained:mnist/mnist-cnn-w16-h256@kwta:0.1 --samples 50 --eps 0.1,0.3 --protocol quick --without gradient-estimate",
        protocol: "quick@1 - gradient-estimate",
        norm: "linf",
        n: 50,
        clean: {
          value: 1,
          count: 50,
          n: 50,
          low: 0.9286524008666414,
          high: 1,
        },
        robust: [
          {
            eps: 0.1,
            accuracy: {
              value: 0.82,
              count: 41,
              n: 50,
              low: 0.6920394632569922,
              high: 0.9022980732976582,
            },
            complete: true,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=3",
                on: "all",
                accuracy: 0.88,
              },
              {
                attack:
                  "adaptive(pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1):backward=gate:0.1+gate:0.2+gate:0.3",
                on: "all",
                accuracy: 0.82,
              },
            ],
          },
          {
            eps: 0.3,
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
        seconds: 21,
        findings: [
          {
            id: "pattern-changes",
            severity: "warning",
            seen: "On the way along the gradient's steepest direction 60 % of what the margin does are jumps that no gradient on the way sees.",
          },
        ],
      },
      {
        command:
          "kwta evaluate pretrained:mnist/mnist-cnn-w16-h256@kwta:0.1 --samples 50 --eps 0.1,0.3 --protocol standard --budget 60s",
        protocol: "standard@1",
        norm: "linf",
        n: 50,
        clean: {
          value: 1,
          count: 50,
          n: 50,
          low: 0.9286524008666414,
          high: 1,
        },
        robust: [
          {
            eps: 0.1,
            accuracy: {
              value: 0.9,
              count: 45,
              n: 50,
              low: 0.7863976856252035,
              high: 0.9565242350681097,
            },
            complete: false,
            flagged: false,
            attacks: [
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                accuracy: 0.9,
              },
            ],
          },
          {
            eps: 0.3,
            accuracy: {
              value: 0.9,
              count: 45,
              n: 50,
              low: 0.7863976856252035,
              high: 0.9565242350681097,
            },
            complete: false,
            flagged: false,
            attacks: [],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 11,
        findings: [],
      },
      {
        command:
          "kwta evaluate pretrained:mnist/mnist-cnn-w16-h256@kwta:0.1 --samples 50 --eps 0.1,0.3 --protocol adaptive --budget 60s",
        protocol: "adaptive@1",
        norm: "linf",
        n: 50,
        clean: {
          value: 1,
          count: 50,
          n: 50,
          low: 0.9286524008666414,
          high: 1,
        },
        robust: [
          {
            eps: 0.1,
            accuracy: {
              value: 0.88,
              count: 44,
              n: 50,
              low: 0.7619518261679701,
              high: 0.9438239984906772,
            },
            complete: false,
            flagged: false,
            attacks: [
              {
                attack: "pgd:steps=40,stepSize=0.1 eps,loss=margin,randomStart=true,restarts=1",
                on: "all",
                accuracy: 0.88,
              },
              {
                attack: "apgd:steps=100,loss=cross-entropy,rho=0.75,restarts=1",
                on: "survivors",
                accuracy: 0.88,
              },
            ],
          },
          {
            eps: 0.3,
            accuracy: {
              value: 0.88,
              count: 44,
              n: 50,
              low: 0.7619518261679701,
              high: 0.9438239984906772,
            },
            complete: false,
            flagged: false,
            attacks: [],
          },
        ],
        backend: "tensorflow:native=true,winograd=true",
        kwta: "0.0.0",
        seconds: 11,
        findings: [],
      },
    ],
  },
  url: new URL("../../weights/mnist-mnist-cnn-w16-h256-kwta-0.1.safetensors", import.meta.url),
};
