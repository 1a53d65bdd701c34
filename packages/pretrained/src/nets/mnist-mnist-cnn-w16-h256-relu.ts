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
    evaluations: [],
  },
  url: new URL("../../weights/mnist-mnist-cnn-w16-h256-relu.safetensors", import.meta.url),
};
