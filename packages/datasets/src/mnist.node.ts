import { dirname } from "node:path";
import { breathe, InputError, show, type LongWork } from "@kwta/core";
import { findFiles, readBounded, type Layout } from "./_folder.node.ts";
import { gunzipIfNeeded } from "./_gunzip.node.ts";
import type { Dataset, Split } from "./dataset.ts";
import { decodeIdx, type IdxArray } from "./idx.ts";

const LAYOUT: Layout = {
  title: "MNIST",
  folders: ["mnist", "MNIST/raw"],
  files: ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"].map((name) => {
    const dotted = name.replace("-idx", ".idx");
    return [`${name}-ubyte`, `${name}-ubyte.gz`, `${dotted}-ubyte`, `${dotted}-ubyte.gz`];
  }),
  advice: "Put its four IDX files there, gzipped or not.",
};

/** The largest file of MNIST, the training images, unpacked; nothing larger is read or unpacked. */
const MOST_BYTES = 16 + 60_000 * 28 * 28;

/**
 * Reads MNIST: four IDX files, gzipped or not, names with `-idx3` or `.idx3`, in `dataDir` or its folder `mnist`. Smaller
 * copies in the same layout are taken as they are.
 *
 * @throws InputError on a missing, cut or foreign file, saying what was found and what to do
 */
export async function readMnist(dataDir: string | undefined, { signal, onProgress }: LongWork = {}): Promise<Dataset> {
  const paths = await findFiles(dataDir, LAYOUT);
  const arrays: IdxArray[] = [];
  for (const path of paths) {
    await breathe(signal);
    const bytes = await gunzipIfNeeded(await readBounded(path, MOST_BYTES), path, MOST_BYTES);
    arrays.push(decodeIdx(bytes, show(path)));
    onProgress?.({ task: "read mnist", done: arrays.length, total: paths.length, unit: "file" });
  }
  const train = pair(arrays[0]!, arrays[1]!, paths[0]!, paths[1]!);
  const test = pair(arrays[2]!, arrays[3]!, paths[2]!, paths[3]!);
  return {
    name: "mnist",
    shape: train.shape,
    classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    train,
    test,
    source: { kind: "files", folder: dirname(paths[0]!) },
  };
}

function pair(images: IdxArray, labels: IdxArray, imagesPath: string, labelsPath: string): Split {
  const [size, height, width] = images.shape;
  if (images.shape.length !== 3 || size === undefined || height !== 28 || width !== 28) {
    throw new InputError(
      `${show(imagesPath)} holds an array of ${images.shape.join(" x ")}; MNIST images are N x 28 x 28. Get it again.`,
    );
  }
  if (labels.shape.length !== 1) {
    throw new InputError(
      `${show(labelsPath)} holds an array of ${labels.shape.join(" x ")}; labels are a list. Get it again.`,
    );
  }
  if (labels.shape[0] !== size) {
    throw new InputError(
      `${show(imagesPath)} holds ${size} images, but ${show(labelsPath)} ${labels.shape[0]} labels. ` +
        "They do not belong together; get both again.",
    );
  }
  const bad = labels.data.findIndex((label) => label > 9);
  if (bad >= 0) {
    throw new InputError(
      `${show(labelsPath)} has label ${labels.data[bad]} at ${bad}; MNIST has labels 0 to 9. Get it again.`,
    );
  }
  const ids = Int32Array.from({ length: size }, (_, i) => i);
  return { shape: [28, 28, 1], size, images: images.data, labels: labels.data, ids };
}
