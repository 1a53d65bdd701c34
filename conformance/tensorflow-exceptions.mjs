// @ts-check
import { CORE_EXCEPTIONS } from "./core-exceptions.mjs";
/** @import { Exceptions } from "./types.ts" */

/**
 * What TensorFlow.js's tests ask for and the tensorflow backend does not do: of 350 that upstream leaves out for tfjs-node,
 * those that fail with TensorFlow 2.21. None comes from a kernel of ours: they fail with `tensorflow:native=false` too.
 */

const NOT_NEEDED = "tfjs-node has none, and image classifiers need none";

/** Kernels that tfjs-node has not. A test that fails for want of one is excused. */
export const MISSING_KERNELS = {
  BitwiseAnd: NOT_NEEDED,
  DenseBincount: NOT_NEEDED,
  MaxPoolWithArgmax: NOT_NEEDED,
  RaggedGather: NOT_NEEDED,
  RaggedRange: NOT_NEEDED,
  RaggedTensorToTensor: NOT_NEEDED,
  SearchSorted: NOT_NEEDED,
  SparseFillEmptyRows: NOT_NEEDED,
  SparseReshape: NOT_NEEDED,
  SparseSegmentMean: NOT_NEEDED,
  SparseSegmentSum: NOT_NEEDED,
  StringNGrams: NOT_NEEDED,
  StringSplit: NOT_NEEDED,
  StringToHashBucketFast: NOT_NEEDED,
  Transform: NOT_NEEDED,
};

/** @type {readonly Exceptions[]} */
export const EXCEPTIONS = [
  {
    reason: "upstream: pooling with padding by numbers is refused with a message; pad first",
    tests: {
      avgPool3d: ["x=[1,2,2,2,1] f=[2,2,2] s=1 p=1 roundingMode=floor", "x=[1,1,1,1,1] f=[2,2,2] s=1 p=2"],
      avgPool: [
        "x=[3,3,1] f=[3,3] s=1 p=explicit",
        "x=[2,2,3] f=[2,2] s=3 p=1 default dimRoundingMode",
        "x=[2,2,3] f=[1,1] s=2 p=1 dimRoundingMode=floor",
        "x=[2,2,3] f=[2,2] s=3 p=1 dimRoundingMode=floor",
        "x=[2,2,3] f=[2,2] s=3 p=1 dimRoundingMode=round",
        "x=[2,2,3] f=[2,2] s=3 p=1 dimRoundingMode=ceil",
        "gradient x=[3,3,1] f=[3,3] s=1 p=explicit",
      ],
      maxPool3d: ["x=[1,2,2,2,1] f=[2,2,2] s=1 p=1 roundingMode=floor"],
      maxPool: [
        "x=[3,3,1] f=[3,3] s=1 p=explicit",
        "x=[2,2,3] f=[2,2] s=3 p=1 default dimRoundingMode",
        "x=[2,2,3] f=[1,1] s=2 p=1 dimRoundingMode=floor",
        "x=[2,2,3] f=[2,2] s=3 p=1 dimRoundingMode=floor",
        "x=[2,2,3] f=[2,2] s=3 p=1 dimRoundingMode=round",
        "x=[2,2,3] f=[2,2] s=3 p=1 dimRoundingMode=ceil",
      ],
      maxPoolBackprop: ["gradient x=[3,3,1] f=3 s=1 p=explicit"],
      pool: [
        "max x=[3,3,1] f=[3,3] s=1 d=1 p=explicit",
        "max x=[3,3,1] f=[3,3] s=3 d=1 p=explicit defualt dimRoundingMode",
        "max x=[3,3,1] f=[3,3] s=3 d=1 p=explicit dimRoundingMode=floor",
        "max x=[3,3,1] f=[3,3] s=3 d=1 p=explicit dimRoundingMode=round",
        "max x=[3,3,1] f=[3,3] s=3 d=1 p=explicit dimRoundingMode=ceil",
        "max x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding",
        "avg x=[3,3,1] f=[3,3] s=1 d=1 p=explicit",
        "avg x=[3,3,1] f=[3,3] s=3 d=1 p=explicit defualt dimRoundingMode",
        "avg x=[3,3,1] f=[3,3] s=3 d=1 p=explicit dimRoundingMode=floor",
        "avg x=[3,3,1] f=[3,3] s=3 d=1 p=explicit dimRoundingMode=round",
        "avg x=[3,3,1] f=[3,3] s=3 d=1 p=explicit dimRoundingMode=ceil",
        "avg x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding",
      ],
    },
  },
  {
    reason: "TensorFlow refuses windows that are larger than the input",
    tests: {
      avgPool3d: ["x=[1,1,1,1,1] f=[1,1,3] s=1 p=valid"],
    },
  },
  {
    reason: "TensorFlow has these ops for fewer types",
    tests: {
      diag: ["bool"],
      leakyrelu: ["int32"],
      "step kernel": ["with int32 tensor"],
    },
  },
  {
    reason: "TensorFlow computes what the tests want refused",
    tests: {
      einsum: ["2d matrix calculate trace: duplicate axes not implemented yet", "nonexistent dimension throws error"],
    },
  },
  {
    reason: "channels first: the fused kernel refuses it with a message",
    tests: {
      "fused conv2d": [
        "basic in NCHW",
        "basic in NCHW with scalar bias",
        "basic in NCHW with 1-D bias",
        "basic in NCHW with bias and multiple batches",
        "basic in NCHW with scalar PReLU actiavation",
        "basic in NCHW with 1-D PReLU actiavation",
        "basic in NCHW with 3-D PReLU actiavation",
        "basic in NCHW with full 3-D PReLU actiavation",
        "im2row in NCHW",
        "im2row in NCHW with scalar bias",
        "im2row in NCHW with 1-D bias",
        "im2row in NCHW with scalar PReLU actiavation weights",
        "im2row in NCHW with 1-D PReLU actiavation weights",
        "im2row in NCHW with 3-D PReLU actiavation weights",
        "im2row in NCHW with full 3-D PReLU actiavation weights",
        "batch in NCHW",
        "batch in NCHW with scalar bias",
        "batch in NCHW with 1-D bias",
        "batch in NCHW with scalar PReLU actiavation weights",
        "batch in NCHW with 1-D PReLU actiavation weights",
        "batch in NCHW with 3-D PReLU actiavation weights",
        "batch in NCHW with full 3-D PReLU actiavation weights",
      ],
    },
  },
  {
    reason: "TensorFlow compares no strings",
    tests: {
      greaterEqual: ["should support string comparison"],
      greater: ["should support string comparison"],
      lessEqual: ["should support string comparison"],
      less: ["should support string comparison"],
    },
  },
  {
    reason: "upstream: TensorFlow draws other numbers when it is called again with a seed",
    tests: {
      multinomial: ["creates the same data given the same seed"],
    },
  },
  {
    reason: "TensorFlow's rounding of int32 fails in version 2.21",
    tests: {
      round: ["int32"],
    },
  },
  {
    reason: "upstream: scatterND asks for an update of the wrong shape (tfjs issue 806)",
    tests: {
      scatterND: [
        "should work for 2d",
        "should work for simple 1d",
        "should work for multiple 1d",
        "should sum the duplicated indices",
        "should work for tensorLike input",
      ],
    },
  },
  {
    reason: "rounding: the last bit of a large tangent",
    tests: {
      tan: ["numbers exceed float32 precision"],
    },
  },
  {
    reason: "NaN equals NaN here",
    tests: {
      unique: ["1d tensor with NaN and Infinity"],
    },
  },
  ...CORE_EXCEPTIONS,
];
