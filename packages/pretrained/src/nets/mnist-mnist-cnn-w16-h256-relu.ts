// Written by scripts/export.mjs.
import type { PretrainedNet } from "../pretrained-net.ts";

export const mnistMnistCnnW16H256Relu: PretrainedNet = {
  card: {
    name: "mnist/mnist-cnn-w16-h256@relu",
    model: "mnist-cnn-w16-h256@relu",
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
        "kwta train --model mnist-cnn-w16-h256@relu --dataset mnist --epochs 25 --batch-size 64 --optimizer sgd:nesterov=true,weightDecay=0.0005 --schedule one-cycle-cosine:peak=0.05 --augment crop --seed 0",
      method: "standard",
      seed: 0,
      epochs: 25,
      seconds: 417,
      kwta: "0.0.0",
      backend: "tensorflow:threads=1,native=true,winograd=true",
      threads: 1,
    },
    weights: {
      file: "mnist-mnist-cnn-w16-h256-relu.safetensors",
      bytes: 842140,
      sha256: "10ccedf478172bd82c64042e3e628be4dadaafd2994ac2f63e9df67e5ce82e7f",
    },
    clean: {
      accuracy: {
        value: 0.982,
        count: 1964,
        n: 2000,
        low: 0.9751819578651544,
        high: 0.9869700085557177,
      },
      correctBefore: 1964,
      changed: 0,
    },
    evaluations: [
      {
        command: "kwta evaluate pretrained:mnist/mnist-cnn-w16-h256@relu --protocol quick --eps 0.1,0.3 --samples 200",
        protocol: "quick@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.985,
          count: 197,
          n: 200,
          low: 0.9568342712073097,
          high: 0.9948857622067417,
        },
        robust: [
          {
            eps: 0.1,
            accuracy: {
              value: 0.215,
              count: 43,
              n: 200,
              low: 0.1637187625450758,
              high: 0.27702307348996613,
            },
            complete: true,
            flagged: false,
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
                accuracy: 0.225,
              },
              {
                attack: "gradient-estimate:sigma=0.5 eps,stepSize=0.3 eps,ladder=20x100+20x400,chunkBytes=1048576",
                on: "all",
                n: 20,
                accuracy: 0.5,
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
        seconds: 29,
        findings: [
          {
            id: "unstable-answers",
            severity: "warning",
            seen: "Random noise of half of eps changes the margin by 43 % of itself, on average.",
          },
        ],
      },
      {
        command:
          "kwta evaluate pretrained:mnist/mnist-cnn-w16-h256@relu --protocol standard --eps 0.1,0.3 --samples 200",
        protocol: "standard@1",
        norm: "linf",
        n: 200,
        clean: {
          value: 0.985,
          count: 197,
          n: 200,
          low: 0.9568342712073097,
          high: 0.9948857622067417,
        },
        robust: [
          {
            eps: 0.1,
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
                accuracy: 0.17,
              },
              {
                attack: "multi-target(apgd:steps=100,loss=dlr,rho=0.75,restarts=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.15,
              },
              {
                attack:
                  "multi-target(fab:steps=100,alphaMax=0.1,eta=1.05,beta=0.9,restarts=1,rivals=1):targets=9,order=logit",
                on: "survivors",
                n: 200,
                accuracy: 0.15,
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
        seconds: 50,
        findings: [
          {
            id: "unstable-answers",
            severity: "warning",
            seen: "Random noise of half of eps changes the margin by 43 % of itself, on average.",
          },
        ],
      },
    ],
  },
  url: new URL("../../weights/mnist-mnist-cnn-w16-h256-relu.safetensors", import.meta.url),
};
