export { batchCount, batches, type Augmentation, type Batch, type BatchesOptions } from "./batches.ts";
export { CIFAR10_CLASSES, decodeCifar10, type DecodedImages } from "./cifar10.ts";
export type { Dataset, ImageShape, Split } from "./dataset.ts";
export { drawGlyph, makeGlyphs, type GlyphOptions, type GlyphsName, type GlyphsOptions } from "./glyphs.ts";
export { decodeIdx, type IdxArray } from "./idx.ts";
export { subset } from "./subset.ts";
export { toTensors, type SampleRange, type Samples } from "./tensors.ts";
