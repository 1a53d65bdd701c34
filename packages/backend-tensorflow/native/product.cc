#include "product.h"

namespace kwta {
namespace {

template <int R, int C, bool TRANSPOSED>
void multiplyBlock(Matrix a, Matrix b, Matrix c, int depth, bool more) {
  Vector sums[R][C];
  for (int i = 0; i < R; i++) {
    for (int j = 0; j < C; j++) sums[i][j] = more ? load(c.data + i * c.step + j * LANES) : Vector{};
  }
  const float* left = a.data;
  const float* right = b.data;
  for (int k = 0; k < depth; k++) {
    Vector row[C];
    for (int j = 0; j < C; j++) row[j] = load(right + j * LANES);
    for (int i = 0; i < R; i++) {
      const Vector factor = splat(left[TRANSPOSED ? i : i * a.step]);
      for (int j = 0; j < C; j++) sums[i][j] = multiplyAdd(factor, row[j], sums[i][j]);
    }
    left += TRANSPOSED ? a.step : 1;
    right += b.step;
  }
  for (int i = 0; i < R; i++) {
    for (int j = 0; j < C; j++) store(c.data + i * c.step + j * LANES, sums[i][j]);
  }
}

using Block = void (*)(Matrix, Matrix, Matrix, int, bool);

template <bool T, int C>
constexpr Block blocksOfColumns[ROWS] = {multiplyBlock<1, C, T>, multiplyBlock<2, C, T>, multiplyBlock<3, C, T>,
                                         multiplyBlock<4, C, T>, multiplyBlock<5, C, T>, multiplyBlock<6, C, T>};

template <bool T>
Block blockOf(int rows, int columnVectors) {
  if (columnVectors == 1) return blocksOfColumns<T, 1>[rows - 1];
  if (columnVectors == 2) return blocksOfColumns<T, 2>[rows - 1];
#if defined(__AVX512F__) || defined(__aarch64__)
  if (columnVectors == 3) return blocksOfColumns<T, 3>[rows - 1];
#endif
  return blocksOfColumns<T, COLUMN_VECTORS>[rows - 1];
}

template <bool TRANSPOSED>
void multiplyRows(Matrix a, Matrix b, Matrix c, int rows, int depth, int columns, bool more) {
  const int vectors = columns / LANES;
  const Block whole = blockOf<TRANSPOSED>(ROWS, vectors);
  const size_t step = TRANSPOSED ? 1 : a.step;
  for (; rows >= ROWS; rows -= ROWS) {
    whole(a, b, c, depth, more);
    a.data += ROWS * step;
    c.data += ROWS * c.step;
  }
  if (rows > 0) blockOf<TRANSPOSED>(rows, vectors)(a, b, c, depth, more);
}

}  // namespace

void multiply(Matrix a, Matrix b, Matrix c, int rows, int depth, int columns, bool more) {
  multiplyRows<false>(a, b, c, rows, depth, columns, more);
}

void multiplyTransposed(Matrix a, Matrix b, Matrix c, int rows, int depth, int columns, bool more) {
  multiplyRows<true>(a, b, c, rows, depth, columns, more);
}

}  // namespace kwta
