import { breathe, InputError } from "@kwta/core";
import type { DataFile, Layout } from "../files/layout.ts";
import type { Split } from "../dataset.ts";
import { decodeIdx, type IdxArray } from "./idx.ts";

/** The largest file, the training images, unpacked; nothing larger is read or unpacked. */
const MOST_BYTES = 16 + 60_000 * 28 * 28;

const FILES = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"].map((name) => {
  const dotted = name.replace("-idx", ".idx");
  return {
    names: [`${name}-ubyte`, `${name}-ubyte.gz`, `${dotted}-ubyte`, `${dotted}-ubyte.gz`],
    most: MOST_BYTES,
  };
});

interface Settings {
  readonly name: string;
  readonly title: string;
  readonly folders: readonly string[];
  readonly classNames: readonly string[];
}

function idxLayout({ name, title, folders, classNames }: Settings): Layout {
  return {
    name,
    title,
    folders,
    files: FILES,
    advice: "Put its four IDX files there, gzipped or not.",
    async build(files, { signal, onProgress }) {
      const given = files as readonly DataFile[];
      const arrays: IdxArray[] = [];
      for (const file of given) {
        await breathe(signal);
        arrays.push(decodeIdx(await file.read(), file.source));
        onProgress?.({ task: `read ${name}`, done: arrays.length, total: files.length, unit: "file" });
      }
      const split = (at: number) => pair(title, arrays[at]!, arrays[at + 1]!, given[at]!.source, given[at + 1]!.source);
      const train = split(0);
      return { name, shape: train.shape, classNames, train, test: split(2) };
    },
  };
}

function pair(title: string, images: IdxArray, labels: IdxArray, imagesSource: string, labelsSource: string): Split {
  const [size, height, width] = images.shape;
  if (images.shape.length !== 3 || size === undefined || height !== 28 || width !== 28) {
    throw new InputError(
      `${imagesSource} holds an array of ${images.shape.join(" x ")}; ${title} images are N x 28 x 28. Get it again.`,
    );
  }
  if (labels.shape.length !== 1) {
    throw new InputError(
      `${labelsSource} holds an array of ${labels.shape.join(" x ")}; labels are a list. Get it again.`,
    );
  }
  if (labels.shape[0] !== size) {
    throw new InputError(
      `${imagesSource} holds ${size} images, but ${labelsSource} ${labels.shape[0]} labels. ` +
        "They do not belong together; get both again.",
    );
  }
  const bad = labels.data.findIndex((label) => label > 9);
  if (bad >= 0) {
    throw new InputError(
      `${labelsSource} has label ${labels.data[bad]} at ${bad}; ${title} has labels 0 to 9. Get it again.`,
    );
  }
  const ids = Int32Array.from({ length: size }, (_, i) => i);
  return { shape: [28, 28, 1], size, images: images.data, labels: Int32Array.from(labels.data), ids };
}

/** MNIST. */
export const MNIST_LAYOUTS: readonly Layout[] = [
  idxLayout({
    name: "mnist",
    title: "MNIST",
    folders: ["mnist", "MNIST/raw"],
    classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  }),
];

/** Fashion-MNIST, whose files have the names of MNIST's. */
export const FASHION_MNIST_LAYOUTS: readonly Layout[] = [
  idxLayout({
    name: "fashion-mnist",
    title: "Fashion-MNIST",
    folders: ["fashion-mnist", "FashionMNIST/raw"],
    classNames: [
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ],
  }),
];
