import { NUMBER_FORMATS, type NumberFormat } from "@kwta/core";

/** How PyTorch stores the numbers of a tensor. */
export interface TorchDtype {
  /** `"float32"`. */
  readonly name: string;
  /** Of one number. */
  readonly bytes: number;
  /** How to read them; absent where that is not known here, as for complex numbers. */
  readonly format?: NumberFormat;
}

const FORMATS: Readonly<Record<string, NumberFormat>> = {
  float32: NUMBER_FORMATS.F32,
  float64: NUMBER_FORMATS.F64,
  float16: NUMBER_FORMATS.F16,
  bfloat16: NUMBER_FORMATS.BF16,
  float8_e4m3fn: NUMBER_FORMATS.F8_E4M3,
  float8_e5m2: NUMBER_FORMATS.F8_E5M2,
  float8_e4m3fnuz: NUMBER_FORMATS.F8_E4M3FNUZ,
  float8_e5m2fnuz: NUMBER_FORMATS.F8_E5M2FNUZ,
  float8_e8m0fnu: NUMBER_FORMATS.F8_E8M0,
  int64: NUMBER_FORMATS.I64,
  int32: NUMBER_FORMATS.I32,
  int16: NUMBER_FORMATS.I16,
  int8: NUMBER_FORMATS.I8,
  uint64: NUMBER_FORMATS.U64,
  uint32: NUMBER_FORMATS.U32,
  uint16: NUMBER_FORMATS.U16,
  uint8: NUMBER_FORMATS.U8,
  bool: NUMBER_FORMATS.BOOL,
};

/** Bytes of the numbers that are passed over. */
const OTHERS: Readonly<Record<string, number>> = {
  complex32: 4,
  complex64: 8,
  complex128: 16,
  qint8: 1,
  quint8: 1,
  qint32: 4,
  quint4x2: 1,
  quint2x4: 1,
};

/** By PyTorch's name, `"float32"`. */
export const TORCH_DTYPES: Readonly<Record<string, TorchDtype>> = Object.fromEntries([
  ...Object.entries(FORMATS).map(([name, format]) => [name, { name, bytes: format.bytes, format }]),
  ...Object.entries(OTHERS).map(([name, bytes]) => [name, { name, bytes }]),
]) as Record<string, TorchDtype>;

/** The dtype of a storage by the class that a pickle names. */
export const TORCH_STORAGES: Readonly<Record<string, TorchDtype>> = {
  "torch FloatStorage": TORCH_DTYPES["float32"]!,
  "torch DoubleStorage": TORCH_DTYPES["float64"]!,
  "torch HalfStorage": TORCH_DTYPES["float16"]!,
  "torch BFloat16Storage": TORCH_DTYPES["bfloat16"]!,
  "torch LongStorage": TORCH_DTYPES["int64"]!,
  "torch IntStorage": TORCH_DTYPES["int32"]!,
  "torch ShortStorage": TORCH_DTYPES["int16"]!,
  "torch CharStorage": TORCH_DTYPES["int8"]!,
  "torch ByteStorage": TORCH_DTYPES["uint8"]!,
  "torch BoolStorage": TORCH_DTYPES["bool"]!,
  "torch ComplexFloatStorage": TORCH_DTYPES["complex64"]!,
  "torch ComplexDoubleStorage": TORCH_DTYPES["complex128"]!,
  "torch QInt8Storage": TORCH_DTYPES["qint8"]!,
  "torch QUInt8Storage": TORCH_DTYPES["quint8"]!,
  "torch QInt32Storage": TORCH_DTYPES["qint32"]!,
  "torch QUInt4x2Storage": TORCH_DTYPES["quint4x2"]!,
  "torch QUInt2x4Storage": TORCH_DTYPES["quint2x4"]!,
  // Bytes, whose meaning each tensor says.
  "torch UntypedStorage": TORCH_DTYPES["uint8"]!,
  "torch.storage UntypedStorage": TORCH_DTYPES["uint8"]!,
};
