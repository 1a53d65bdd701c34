// How Winograd's algorithm cuts an image into tiles.
#pragma once

#include "winograd-transforms.h"

namespace kwta {

// A 3x3 convolution with stride 1 of [n, h, w, ci] to [n, oh, ow, co].
struct Geometry {
  int n, h, w, ci;
  int oh, ow, co;
  // Rows and columns of zeros before the first.
  int top, left;

  int tileRows() const { return (oh + TILE - 1) / TILE; }
  int tileColumns() const { return (ow + TILE - 1) / TILE; }
  int tiles() const { return n * tileRows() * tileColumns(); }
};

// Floats from one of the 36 numbers of tiles to the next, so that these never meet in one set of the first cache.
inline size_t apart(size_t floats) { return (floats + 15) / 16 * 16 + ((floats + 15) / 16 % 2 == 0 ? 16 : 0); }

// Some channels of an image.
struct Channels {
  int first, count;
};

// Transforms one tile of the input, [NUMBERS][channels], `step` apart. Channels are filled up with zeros to whole
// vectors.
void transformInputTile(const Geometry& g, const float* x, int tile, Channels channels, float* to, size_t step);

// Transforms one tile of the output's gradient, likewise.
void transformOutputGradientTile(const Geometry& g, const float* dy, int tile, Channels channels, float* to,
                                 size_t step);

// What is done to each number of an output: `bias`, one per channel or null, is added; then it is kept between the two.
struct Epilogue {
  const float* bias;
  float low, high;
};

// Turns the products of one tile for `count` channels from `channel` on into its part of the output y.
void transformOutputTile(const Geometry& g, const float* products, size_t step, int tile, int channel, int count,
                         const Epilogue& end, float* y);

}  // namespace kwta
