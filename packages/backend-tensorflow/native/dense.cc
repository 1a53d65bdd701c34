#include "dense.h"

#include "native-op.h"
#include "patches.h"
#include "thread-pool.h"
#include "transpose.h"

namespace kwta {
namespace {

// Rows that are worth a part of the matrix of their own.
constexpr int ROWS_AT_LEAST = 4 * ROWS;

// Runs `work(panel, first row, rows, worker)` for the panels of so many columns and, where there are few, for groups of rows.
template <typename Work>
void forEachPart(int columns, int rows, Work work) {
  const int panels = panelsOf(columns);
  const int groups = std::max(1, std::min(rows / ROWS_AT_LEAST, (2 * threads() + panels - 1) / panels));
  const int each = (rows + groups - 1) / groups;
  parallelFor(panels * groups, [&](int chunk, int worker) {
    const int first = chunk / panels * each;
    if (first < rows) work(chunk % panels, first, std::min(each, rows - first), worker);
  });
}

// From rows from `first` on of a matrix, those columns that belong to a panel; what is missing to its width is 0.
void copyPanel(const float* from, int step, int rows, int count, int width, float* to) {
  for (int row = 0; row < rows; row++, from += step, to += width) {
    copyPixel(from, count, to);
    std::memset(to + count, 0, sizeof(float) * (width - count));
  }
}

// The same of the matrix transposed: `count` of its rows become columns.
void copyTransposedPanel(const float* from, int step, int rows, int count, int width, float* to) {
  for (int k = 0; k < rows; k += LANES) {
    const int some = std::min(LANES, rows - k);
    for (int j = 0; j < width; j += LANES) {
      Vector square[LANES] = {};
      const int inner = std::min(LANES, count - j);
      for (int i = 0; i < inner; i++) square[i] = loadSome(from + static_cast<size_t>(j + i) * step + k, some);
      transpose(square);
      for (int i = 0; i < some; i++) store(to + static_cast<size_t>(k + i) * width + j, square[i]);
    }
  }
}

// c [rows, columns] = a [rows, depth] times a matrix of which `copy(panel, first, depth, to)` lays out a part.
template <typename Copy>
void product(int rows, int depth, int columns, const float* a, float* c, Copy copy) {
  const size_t own = static_cast<size_t>(DEPTH + rows) * PANEL;
  const Scratch scratch = allocateScratch(threads() * own);
  forEachPart(columns, rows, [&](int panel, int first, int some, int worker) {
    float* part = scratch.get() + worker * own;
    const int width = widthOf(columns, panel), count = std::min(width, columns - panel * PANEL);
    float* place = c + static_cast<size_t>(first) * columns + panel * PANEL;
    const bool whole = count == width;
    const Matrix to = whole ? Matrix{place, static_cast<size_t>(columns)} : Matrix{part + DEPTH * PANEL, static_cast<size_t>(width)};
    for (int k = 0; k < depth; k += DEPTH) {
      const int deep = std::min(DEPTH, depth - k);
      copy(panel, k, deep, part);
      float* left = const_cast<float*>(a) + static_cast<size_t>(first) * depth + k;
      multiply({left, static_cast<size_t>(depth)}, {part, static_cast<size_t>(width)}, to, some, deep, width, k > 0);
    }
    for (int i = 0; !whole && i < some; i++) copyPixel(to.data + i * to.step, count, place + static_cast<size_t>(i) * columns);
  });
}

}  // namespace

void denseForward(const DenseShape& g, const float* x, const float* w, float* y) {
  product(g.rows, g.in, g.out, x, y, [&](int panel, int first, int depth, float* to) {
    const int width = widthOf(g.out, panel);
    const float* from = w + static_cast<size_t>(first) * g.out + panel * PANEL;
    copyPanel(from, g.out, depth, std::min(width, g.out - panel * PANEL), width, to);
  });
}

void denseInputGradient(const DenseShape& g, const float* dy, const float* w, float* dx) {
  product(g.rows, g.out, g.in, dy, dx, [&](int panel, int first, int depth, float* to) {
    const int width = widthOf(g.in, panel);
    const float* from = w + static_cast<size_t>(panel) * PANEL * g.out + first;
    copyTransposedPanel(from, g.out, depth, std::min(width, g.in - panel * PANEL), width, to);
  });
}

void denseFilterGradient(const DenseShape& g, const float* x, const float* dy, float* dw) {
  const size_t own = static_cast<size_t>(g.rows + g.in) * PANEL;
  const Scratch scratch = allocateScratch(threads() * own);
  forEachPart(g.out, g.in, [&](int panel, int first, int some, int worker) {
    float* gradients = scratch.get() + worker * own;
    const int width = widthOf(g.out, panel), count = std::min(width, g.out - panel * PANEL);
    copyPanel(dy + panel * PANEL, g.out, g.rows, count, width, gradients);
    float* place = dw + static_cast<size_t>(first) * g.out + panel * PANEL;
    const bool whole = count == width;
    const Matrix to = whole ? Matrix{place, static_cast<size_t>(g.out)}
                            : Matrix{gradients + static_cast<size_t>(g.rows) * PANEL, static_cast<size_t>(width)};
    const Matrix left{const_cast<float*>(x) + first, static_cast<size_t>(g.in)};
    multiplyTransposed(left, {gradients, static_cast<size_t>(width)}, to, some, g.rows, width, false);
    for (int i = 0; !whole && i < some; i++) copyPixel(to.data + i * to.step, count, place + static_cast<size_t>(i) * g.out);
  });
}

}  // namespace kwta
