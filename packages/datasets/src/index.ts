export { batchCount, batches, type Augmentation, type Batch, type BatchesOptions } from "./batches.ts";
export { CIFAR10_CLASSES, decodeCifar10, type DecodedImages } from "./cifar10.ts";
export { CIFAR100_CLASSES, decodeCifar100, type DecodedCifar100 } from "./cifar100.ts";
export { decodeCifarPickle, type CifarPickleOptions } from "./cifar-pickle.ts";
export type { Dataset, ImageShape, Split } from "./dataset.ts";
export {
  defineDataset,
  defineSplit,
  type DefineSplitOptions,
  type OwnDataset,
  type OwnSamples,
} from "./define-dataset.ts";
export { fetchDataset, type FetchDatasetOptions } from "./fetch-dataset.ts";
export { drawGlyph, makeGlyphs, type GlyphOptions, type GlyphsName, type GlyphsOptions } from "./glyphs.ts";
export { decodeIdx, type IdxArray } from "./idx.ts";
export { decodeMat, type DecodeMatOptions, type MatArray } from "./mat.ts";
export { prefetch } from "./prefetch.ts";
export type { DownloadName } from "./_layouts.ts";
export { DATASET_SOURCES, type DatasetSource, type SourceFile } from "./sources.ts";
export { subset } from "./subset.ts";
export { decodeSvhn } from "./svhn.ts";
export { toTensors, type SampleRange, type SampleTensors } from "./tensors.ts";
export {
  fromTfData,
  toTfData,
  type FromTfDataOptions,
  type TfDataBatch,
  type TfDataLike,
  type ToTfDataOptions,
} from "./tf-data.ts";
