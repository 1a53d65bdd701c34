import { NUMBER_FORMATS, type NumberFormat } from "@kwta/core";

/** How PyTorch stores numbers, by the class that a pickle names. */
export const TORCH_DTYPES: Readonly<Record<string, NumberFormat>> = {
  "torch FloatStorage": NUMBER_FORMATS.F32,
  "torch DoubleStorage": NUMBER_FORMATS.F64,
  "torch HalfStorage": NUMBER_FORMATS.F16,
  "torch BFloat16Storage": NUMBER_FORMATS.BF16,
  "torch LongStorage": NUMBER_FORMATS.I64,
  "torch IntStorage": NUMBER_FORMATS.I32,
  "torch ShortStorage": NUMBER_FORMATS.I16,
  "torch CharStorage": NUMBER_FORMATS.I8,
  "torch ByteStorage": NUMBER_FORMATS.U8,
  "torch BoolStorage": NUMBER_FORMATS.BOOL,
};
