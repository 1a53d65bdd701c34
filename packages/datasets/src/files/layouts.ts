import { CIFAR100_LAYOUTS, CIFAR10_LAYOUTS } from "../cifar/layouts.ts";
import type { Layout } from "./layout.ts";
import { FASHION_MNIST_LAYOUTS, MNIST_LAYOUTS } from "../mnist/layouts.ts";
import { SVHN_EXTRA_LAYOUTS, SVHN_LAYOUTS } from "../svhn/layout.ts";
import type { DATASET_SOURCES } from "./sources.ts";

/** A data set that can be downloaded. */
export type DownloadName = keyof typeof DATASET_SOURCES;

/** How the files of each data set may lie. */
export const LAYOUTS: Readonly<Record<DownloadName, readonly Layout[]>> = {
  cifar10: CIFAR10_LAYOUTS,
  cifar100: CIFAR100_LAYOUTS,
  "fashion-mnist": FASHION_MNIST_LAYOUTS,
  mnist: MNIST_LAYOUTS,
  svhn: SVHN_LAYOUTS,
  "svhn-extra": SVHN_EXTRA_LAYOUTS,
};
