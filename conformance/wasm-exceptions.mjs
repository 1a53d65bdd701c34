// @ts-check
import { AVERAGE_POOLING, CORE_EXCEPTIONS } from "./core-exceptions.mjs";
/** @import { Exceptions } from "./types.ts" */

/**
 * What TensorFlow.js's tests ask for and the wasm backend does not do. Each fails on TensorFlow.js's wasm backend as
 * shipped (4.22.0) too, unless it says otherwise: `npm run conformance -- --as-shipped` checks that.
 *
 * An exception that passes is reported as stale and fails the run, so that these lists stay true.
 */

/** Kernels that TensorFlow.js's wasm backend has not, each with why we add none. A test that fails for want of one is excused. */
export const MISSING_KERNELS = {
  Complex: "wasm has no complex numbers",
  RaggedGather: "wasm has no ragged tensors",
  RaggedRange: "wasm has no ragged tensors",
  RaggedTensorToTensor: "wasm has no ragged tensors",
  StaticRegexReplace: "wasm has no kernels for strings",
};

/** @type {readonly Exceptions[]} */
export const EXCEPTIONS = [
  {
    reason: "channels first: XNNPACK computes channels last alone, and both backends refuse the other with a message",
    tests: {
      conv2d: [
        "x=[2,1,2,2] f=[1,1,1,1] s=1 d=1 p=0 NCHW",
        "x=[1,2,2] f=[2,2,1,1] s=1 d=1 p=same NCHW",
        "x=[4,2,2] f=[1,1,4,4] s=1 d=1 p=same NCHW",
        "x=[3,2,2] f=[1,1,3,4] s=1 d=1 p=same NCHW",
        "x=[2,2,2,2] f=[1,1,4,4] s=1 d=1 p=same NCHW",
        "x=[4,2,2] f=[2,2,4,4] s=1 d=1 p=same NCHW",
        "x=[1,2,2] f=[2,2,1,1] s=1 d=1 p=explicit NCHW",
        "x=[2,2,2] f=[2,2,2,1] s=1 d=1 p=same NCHW",
        "x=[2,1,2,2] f=[2,2,1,1] s=1 d=1 p=same NCHW",
        "gradient x=[1,1,3,3] f=[2,2,1,1] s=1 p=0 NCHW",
        "gradient x=[2,1,3,3] f=[2,2,1,1] s=1 p=0 NCHW",
      ],
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
    reason: "a fused op takes a bias of one number per channel, no other shape",
    tests: {
      "fused conv2d": [
        "basic with broadcasted bias and relu",
        "im2row with broadcasted bias and relu",
        "gradient x=[2,3,3,1] f=[2,2,1,1] s=1 p=0 with bias",
      ],
      "fused depthwiseConv2D": [
        "basic with broadcasted bias and relu",
        "gradient x=[2,3,3,1] f=[2,2,1,1] s=1 p=0 with bias",
      ],
      "fused matmul": ["fused A x B with 2d bias and relu", "fused A x B with 2d bias only"],
    },
  },
  {
    reason: "matrix products of integers are refused with a message",
    tests: {
      confusionMatrix: [
        "3x3 all cases present in both labels and predictions",
        "float32 arguments are accepted",
        "4x4 all cases present in labels, but not predictions",
        "4x4 all cases present in predictions, but not labels",
        "Plain arrays as inputs",
        "Int32Arrays as inputs",
        "5x5 predictions and labels both missing some cases",
      ],
      matmul: ["upcasts when dtypes dont match"],
      dtypes: ["Should use the input tensor dtype"],
    },
  },
  {
    reason: "wasm has no kernels for strings",
    tests: {
      equal: ["should support string comparison"],
      fill: ["1D fill string", "2D fill string"],
      greaterEqual: ["should support string comparison"],
      greater: ["should support string comparison"],
      lessEqual: ["should support string comparison"],
      less: ["should support string comparison"],
      notEqual: ["should support string comparison"],
      squeeze: ["default", "specific dimension", "all ones", "squeeze only ones"],
      "tensor.toString": ["1d long string tensor verbose", "2d long string tensor verbose"],
    },
  },
  {
    reason: "wasm has no kernels for strings, and these end in an abort of its module",
    skip: true,
    tests: {
      sparseToDense: ["should work for string"],
      tile: ["1d string tensor", "2d string tensor", "6D string tensor"],
    },
  },
  {
    reason: "upstream: shapes get mixed up in the histogram",
    tests: { threshold: ["method otsu", "method otsu, inverted = true"] },
  },
  {
    reason: "upstream: pooling windows that lie wholly in the padding; the result is what the memory held before",
    skip: true,
    tests: {
      pool: [
        "max x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding",
        "avg x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding",
      ],
    },
  },
  {
    reason: "upstream: a cast from int32 to bool keeps the numbers",
    tests: { tensor: ["Tensor2D int32 -> bool"] },
  },
  AVERAGE_POOLING,
  ...CORE_EXCEPTIONS,
];
