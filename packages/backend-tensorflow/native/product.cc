#include "product.h"

#include <array>
#include <utility>

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

// Of a single vector of columns more rows go at once, so that no sum waits for the one before.
constexpr int ROWS_OF_ONE = 2 * ROWS;

constexpr int rowsAtOnce(int columnVectors) { return columnVectors == 1 ? ROWS_OF_ONE : ROWS; }

template <bool T, int C, int... I>
constexpr std::array<Block, sizeof...(I)> blocksOf(std::integer_sequence<int, I...>) {
  return {multiplyBlock<I + 1, C, T>...};
}

template <bool T, int C>
constexpr auto blocksOfColumns = blocksOf<T, C>(std::make_integer_sequence<int, rowsAtOnce(C)>());

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
  const int most = rowsAtOnce(vectors);
  const Block whole = blockOf<TRANSPOSED>(most, vectors);
  const size_t step = TRANSPOSED ? 1 : a.step;
  for (; rows >= most; rows -= most) {
    whole(a, b, c, depth, more);
    a.data += most * step;
    c.data += most * c.step;
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
