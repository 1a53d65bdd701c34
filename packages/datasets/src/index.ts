export { batchCount, batches, type Augmentation, type Batch, type BatchesOptions } from "./batches/batches.ts";
export { CIFAR10_CLASSES, decodeCifar10, type DecodedImages } from "./cifar/cifar10.ts";
export { CIFAR100_CLASSES, decodeCifar100, type DecodedCifar100 } from "./cifar/cifar100.ts";
export { decodeCifarPickle, type CifarPickleOptions } from "./cifar/cifar-pickle.ts";
export type { Dataset, ImageShape, Split } from "./dataset.ts";
export type { DatasetEntry } from "./dataset-list.ts";
export {
  defineDataset,
  defineSplit,
  type DefineSplitOptions,
  type OwnDataset,
  type OwnSamples,
} from "./define-dataset.ts";
export { fetchDataset, type FetchDatasetOptions } from "./files/fetch-dataset.ts";
export { drawGlyph, makeGlyphs, type GlyphOptions, type GlyphsName, type GlyphsOptions } from "./glyphs/glyphs.ts";
export { decodeIdx, type IdxArray } from "./mnist/idx.ts";
export { decodeMat, type DecodeMatOptions, type MatArray, type MatNumbers } from "./svhn/mat.ts";
export { prefetch } from "./batches/prefetch.ts";
export type { DownloadName } from "./files/layouts.ts";
export { DATASET_SOURCES, type DatasetSource, type SourceFile } from "./files/sources.ts";
export type { LoadDatasetOptions } from "./load-options.ts";
export { subset } from "./subset.ts";
export { decodeSvhn } from "./svhn/svhn.ts";
export { toTensors, type SampleRange, type SampleTensors } from "./tensors.ts";
export {
  fromTfData,
  toTfData,
  type FromTfDataOptions,
  type TfDataBatch,
  type TfDataLike,
  type ToTfDataOptions,
} from "./tf-data.ts";
