import { loadDataset, type Dataset, type LoadDatasetOptions } from "@kwta/datasets";

/** Loads a data set, whole or in part; see `loadDataset` of `@kwta/datasets`. */
export type DatasetLoader = (options?: LoadDatasetOptions) => Promise<Dataset>;

/** 60,000 photographs of 10 kinds. */
export const cifar10: DatasetLoader = (options) => loadDataset("cifar10", options);

/** 60,000 photographs of 100 kinds. */
export const cifar100: DatasetLoader = (options) => loadDataset("cifar100", options);

/** 99,289 digits of house numbers. */
export const svhn: DatasetLoader = (options) => loadDataset("svhn", options);

/** 70,000 handwritten digits. */
export const mnist: DatasetLoader = (options) => loadDataset("mnist", options);

/** 70,000 pieces of clothing of 10 kinds. */
export const fashionMnist: DatasetLoader = (options) => loadDataset("fashion-mnist", options);

/** Drawn digits, white on black, made from a seed: no files needed. */
export const glyphs28: DatasetLoader = (options) => loadDataset("glyphs28", options);

/** Drawn digits in colour with clutter and noise, made from a seed: no files needed. */
export const glyphs32: DatasetLoader = (options) => loadDataset("glyphs32", options);
