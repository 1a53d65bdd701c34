import { defineDataset } from "../../packages/datasets/src/define-dataset.ts";
import type { DatasetEntry } from "../../packages/datasets/src/dataset-list.ts";

/** Rows and columns of light, to begin with: what `kwta train --dataset` calls stripes. */
export const stripes: DatasetEntry = {
  summary: "Rows and columns of light.",
  shape: [2, 2, 1],
  needsFiles: false,
  load: () => {
    const split = { images: Uint8Array.of(255, 255, 0, 0, 255, 0, 255, 0), labels: [0, 1] };
    const classNames = ["rows", "columns"];
    return Promise.resolve(defineDataset({ name: "stripes", shape: [2, 2, 1], classNames, train: split, test: split }));
  },
};
