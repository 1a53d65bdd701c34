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

  void next(const PatchGeometry& g) {
    if (++column < g.ow) return;
    column = 0;
    if (++row < g.oh) return;
    row = 0;
    sample++;
  }
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
  std::memcpy(to, from, sizeof(float) * channels);
}

// Copies what taps meet, side by side. Each copy may write up to LANES - 1 floats more than it says, whole vectors being
// faster than a few floats.
class PatchReader {
 public:
  PatchReader(const PatchGeometry& g, const float* x)
      : g_(g), x_(x), end_(x + static_cast<int64_t>(g.n) * g.h * g.w * g.ci) {}

  // All taps of a position.
  void copyAll(const Position& at, float* to) const {
    const int each = g_.kw * g_.ci;
    for (int tap = 0; tap < g_.taps(); tap += g_.kw, to += each) {
      if (!copySome(at, tap, g_.kw, to)) fill(to, each);
    }
  }

  // So many taps of one row of them. Does nothing and returns false where they meet no pixel.
  bool copySome(const Position& at, int tap, int count, float* to) const {
    const int row = at.row * g_.strideH + tap / g_.kw * g_.dilationH - g_.top;
    if (row < 0 || row >= g_.h) return false;
    const int column = at.column * g_.strideW + tap % g_.kw * g_.dilationW - g_.left;
    // Taps before the image, and before its end.
    const int before = std::min(count, column < 0 ? (-column + g_.dilationW - 1) / g_.dilationW : 0);
    const int until = std::min(count, column < g_.w ? (g_.w - column + g_.dilationW - 1) / g_.dilationW : 0);
    if (before >= until) return false;
    fill(to, before * g_.ci);
    const float* line = x_ + (static_cast<int64_t>(at.sample) * g_.h + row) * g_.w * g_.ci;
    if (g_.dilationW == 1) {
      copy(line + (column + before) * g_.ci, (until - before) * g_.ci, to + before * g_.ci);
    } else {
      for (int i = before; i < until; i++) copy(line + (column + i * g_.dilationW) * g_.ci, g_.ci, to + i * g_.ci);
    }
    fill(to + until * g_.ci, (count - until) * g_.ci);
    return true;
  }

 private:
  // From so many on a call costs nothing.
  static constexpr int MANY = 8 * LANES;

  void copy(const float* from, int count, float* to) const {
    if (count >= MANY || from + roundUp(count, LANES) > end_) return copyPixel(from, count, to);
    for (int i = 0; i < count; i += LANES) store(to + i, load(from + i));
  }

  static void fill(float* to, int count) {
    for (int i = 0; i < count; i += LANES) store(to + i, Vector{});
  }

  const PatchGeometry g_;
  const float* x_;
  const float* end_;
};

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
