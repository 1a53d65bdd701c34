export { fromBase64, toBase64 } from "./base64.ts";
export { checkOptions, checkSeed, checkWhole, isObject } from "./checks.ts";
export { digest, sha256, stableJson } from "./digest.ts";
export { epsText, isInLevels } from "./eps-text.ts";
export { AbortedError, didYouMean, InputError, lookUp, nearestFirst, show } from "./errors.ts";
export type { ImageShape } from "./image-shape.ts";
export { parseJson } from "./formats/json.ts";
export { mostUnpacked } from "./formats/most-unpacked.ts";
export type { NumberArray } from "./formats/number-array.ts";
export { encodeNpz } from "./formats/npy.ts";
export { NUMBER_FORMATS, readFloats, type NumberFormat, type NumberFormatName } from "./formats/number-formats.ts";
export {
  formatParams,
  formatSpec,
  formatValue,
  parseFraction,
  parseLength,
  parseNumber,
  parseParams,
  parseSpec,
  resolveParams,
  whatItTakes,
  type Length,
  type ParamSchema,
  type Params,
  type ParamsGiven,
  type ParamsOf,
  type ParamSpec,
  type ParamValue,
  type Spec,
} from "./params/index.ts";
export { PickleGlobal, PickleOpaque, readPickle, readPickleAt, type PickleOptions } from "./pickle/pickle.ts";
export { breathe, throwIfAborted, type LongWork, type Progress } from "./progress.ts";
export { keyedRandom, type KeyedRandom, type RandomKey } from "./random/random.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  openSafetensors,
  type EncodeSafetensorsOptions,
  type NamedTensor,
  type OpenSafetensors,
  type Safetensors,
  type StoredTensor,
} from "./formats/safetensors.ts";
export { threefry2x32 } from "./random/threefry.ts";
export { listZip, readZip, writeZip } from "./formats/zip.ts";
