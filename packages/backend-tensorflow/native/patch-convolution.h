// Convolutions of any kind, as products of patches of the input with the filters.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kwta {

// A convolution of [n, h, w, ci] with [kh, kw, ci, co] to [n, oh, ow, co].
struct PatchGeometry {
  int n, h, w, ci;
  int oh, ow, co;
  int kh, kw;
  int strideH, strideW, dilationH, dilationW;
  // Rows and columns of zeros before the first.
  int top, left;

  int taps() const { return kh * kw; }
  int64_t positions() const { return static_cast<int64_t>(n) * oh * ow; }
};

// In all three, a sample's bits depend on nothing but the sample, its size and the filters; in the last one, on the
// shapes.
void patchConvolution(const PatchGeometry& g, const float* x, const float* filter, float* y);
void patchInputGradient(const PatchGeometry& g, const float* dy, const float* filter, float* dx);
void patchFilterGradient(const PatchGeometry& g, const float* x, const float* dy, float* dw);

}  // namespace kwta
