import type { LongWork } from "@kwta/core";
import { CIFAR100_LAYOUTS, CIFAR10_LAYOUTS } from "../cifar/layouts.ts";
import { FASHION_MNIST_LAYOUTS, MNIST_LAYOUTS } from "../mnist/layouts.ts";
import { readLayouts } from "./read-layouts.node.ts";
import { SVHN_EXTRA_LAYOUTS, SVHN_LAYOUTS } from "../svhn/layout.ts";
import type { Dataset } from "../dataset.ts";

/**
 * Reads CIFAR-10 in the official binary layout (`data_batch_1.bin` to `data_batch_5.bin`, `test_batch.bin`) or the Python
 * one (the same names without `.bin`), in `dataDir` or its folder `cifar-10-batches-bin` or `cifar-10-batches-py`. Smaller
 * copies in the same layout are taken as they are, here and in all other readers.
 *
 * @param dataDir undefined: see {@link dataFolder}
 * @throws InputError on a missing, cut or foreign file, saying what was found and what to do
 */
export async function readCifar10(dataDir: string | undefined, work: LongWork = {}): Promise<Dataset> {
  return await readLayouts(dataDir, CIFAR10_LAYOUTS, work);
}

/**
 * Reads CIFAR-100 with its 100 fine labels: the binary layout (`train.bin`, `test.bin`) or the Python one (`train`,
 * `test`), in `dataDir` or its folder `cifar-100-binary` or `cifar-100-python`.
 *
 * @see {@link readCifar10} for `dataDir` and errors
 */
export async function readCifar100(dataDir: string | undefined, work: LongWork = {}): Promise<Dataset> {
  return await readLayouts(dataDir, CIFAR100_LAYOUTS, work);
}

/**
 * Reads SVHN's cropped digits: `train_32x32.mat` and `test_32x32.mat`, in `dataDir` or its folder `svhn`.
 *
 * @param options `extra` adds the 531,131 images of `extra_32x32.mat` to the training images, after the others; that takes
 * about 7 GB of memory
 * @see {@link readCifar10} for `dataDir` and errors
 */
export async function readSvhn(
  dataDir: string | undefined,
  options: LongWork & { readonly extra?: boolean } = {},
): Promise<Dataset> {
  return await readLayouts(dataDir, options.extra ? SVHN_EXTRA_LAYOUTS : SVHN_LAYOUTS, options);
}

/**
 * Reads MNIST: four IDX files, gzipped or not, names with `-idx3` or `.idx3`, in `dataDir` or its folder `mnist`.
 *
 * @see {@link readCifar10} for `dataDir` and errors
 */
export async function readMnist(dataDir: string | undefined, work: LongWork = {}): Promise<Dataset> {
  return await readLayouts(dataDir, MNIST_LAYOUTS, work);
}

/**
 * Reads Fashion-MNIST: files named and laid out as those of MNIST, in `dataDir` or its folder `fashion-mnist`.
 *
 * @see {@link readCifar10} for `dataDir` and errors
 */
export async function readFashionMnist(dataDir: string | undefined, work: LongWork = {}): Promise<Dataset> {
  return await readLayouts(dataDir, FASHION_MNIST_LAYOUTS, work);
}
