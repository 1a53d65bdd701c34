// Pixels that the taps of a convolution meet, and products with panels of columns.
#pragma once

#include <algorithm>
#include <cstring>

#include "patch-convolution.h"
#include "product.h"

namespace kwta {

// Rows of a factor that stay in the first cache with one panel of columns.
constexpr int DEPTH = 128;

// Floats from one row to the next, so that rows never meet in one set of the first cache.
inline size_t rowStep(size_t floats) { return (floats + 15) / 16 * 16 + 16; }

inline int panelsOf(int columns) { return (columns + PANEL - 1) / PANEL; }
inline int widthOf(int columns, int panel) { return std::min(PANEL, roundUp(columns - panel * PANEL, LANES)); }

// Where a position of the output lies.
struct Position {
  int sample, row, column;

  Position(const PatchGeometry& g, int64_t index)
      : sample(static_cast<int>(index / (g.oh * g.ow))),
        row(static_cast<int>(index % (g.oh * g.ow) / g.ow)),
        column(static_cast<int>(index % g.ow)) {}
};

// The pixel of the input that a tap meets there; null where it is one of the zeros around.
template <typename Float>
inline Float* pixelOf(const PatchGeometry& g, Float* x, const Position& at, int tap) {
  const int row = at.row * g.strideH + tap / g.kw * g.dilationH - g.top;
  const int column = at.column * g.strideW + tap % g.kw * g.dilationW - g.left;
  if (row < 0 || row >= g.h || column < 0 || column >= g.w) return nullptr;
  return x + ((static_cast<int64_t>(at.sample) * g.h + row) * g.w + column) * g.ci;
}

inline void copyPixel(const float* from, int channels, float* to) {
  if (from == nullptr)
    std::memset(to, 0, sizeof(float) * channels);
  else
    std::memcpy(to, from, sizeof(float) * channels);
}

// a times one panel, to columns of c of which `count` exist. `spare` has room for the product.
inline void multiplyPanel(Matrix a, float* panel, int width, Matrix c, int rows, int depth, int count, float* spare) {
  const bool whole = count == width;
  const Matrix to = whole ? c : Matrix{spare, static_cast<size_t>(width)};
  for (int k = 0; k < depth; k += DEPTH) {
    const Matrix b{panel + static_cast<size_t>(k) * width, static_cast<size_t>(width)};
    multiply({a.data + k, a.step}, b, to, rows, std::min(DEPTH, depth - k), width, k > 0);
  }
  for (int i = 0; !whole && i < rows; i++)
    copyPixel(spare + static_cast<size_t>(i) * width, count, c.data + i * c.step);
}

}  // namespace kwta
