// Products of matrices that lie in the caches, by blocks that stay in registers.
#pragma once

#include <cstddef>

#include "vector.h"

namespace kwta {

// A block of the result has so many rows and at most so many vectors of columns: as fit in the registers.
constexpr int ROWS = 6;
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int COLUMN_VECTORS = 4;
#else
constexpr int COLUMN_VECTORS = 2;
#endif
// How many columns that is.
constexpr int PANEL = COLUMN_VECTORS * LANES;

// One factor or the result: where it begins, and floats from one row to the next.
struct Matrix {
  float* data;
  size_t step;
};

// c = a b, or c += a b where there is `more` before: a [rows, depth], b [depth, columns], columns a multiple of LANES
// and at most PANEL. Each number of c is summed up in the order of the depth, and no other number has a part in how.
void multiply(Matrix a, Matrix b, Matrix c, int rows, int depth, int columns, bool more);

// The same with a transposed: [depth, rows].
void multiplyTransposed(Matrix a, Matrix b, Matrix c, int rows, int depth, int columns, bool more);

}  // namespace kwta
