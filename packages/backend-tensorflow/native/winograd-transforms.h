// The transforms of Winograd's F(4x4, 3x3) with the points 0, 1, -1, 2, -2 and infinity (Lavin and Gray, "Fast
// algorithms for convolutional neural networks", 2016), on one vector of channels at a time: along the columns, then
// along the rows.
#pragma once

#include <cstddef>

#include "vector.h"

namespace kwta {

// Numbers of a transformed tile.
constexpr int NUMBERS = 36;
// Rows and columns of the output that one tile gives, and of the input that it takes.
constexpr int TILE = 4;
constexpr int INPUT_TILE = 6;

inline void inputLine(const Vector* d, Vector* to) {
  const Vector even = d[4] - 4.0f * d[2];
  const Vector odd = d[3] - 4.0f * d[1];
  const Vector evenTwo = d[4] - d[2];
  const Vector oddTwo = d[3] - d[1];
  to[0] = 4.0f * d[0] + (d[4] - 5.0f * d[2]);
  to[1] = even + odd;
  to[2] = even - odd;
  to[3] = 2.0f * oddTwo + evenTwo;
  to[4] = evenTwo - 2.0f * oddTwo;
  to[5] = 4.0f * d[1] + (d[5] - 5.0f * d[3]);
}

inline void outputLine(const Vector* m, Vector* to) {
  const Vector sum = m[1] + m[2];
  const Vector difference = m[1] - m[2];
  const Vector sumTwo = m[3] + m[4];
  const Vector differenceTwo = m[3] - m[4];
  to[0] = (m[0] + sum) + sumTwo;
  to[1] = 2.0f * differenceTwo + difference;
  to[2] = 4.0f * sumTwo + sum;
  to[3] = (8.0f * differenceTwo + difference) + m[5];
}

inline void outputGradientLine(const Vector* d, Vector* to) {
  const Vector even = d[0] + d[2];
  const Vector odd = d[1] + d[3];
  const Vector evenTwo = 4.0f * d[2] + d[0];
  const Vector oddTwo = 8.0f * d[3] + 2.0f * d[1];
  to[0] = d[0];
  to[1] = even + odd;
  to[2] = even - odd;
  to[3] = evenTwo + oddTwo;
  to[4] = evenTwo - oddTwo;
  to[5] = d[3];
}

inline void filterLine(const Vector* g, Vector* to) {
  const Vector sum = (-1.0f / 6) * (g[0] + g[2]);
  const Vector middle = (1.0f / 6) * g[1];
  const Vector sumTwo = (1.0f / 24) * g[0] + (1.0f / 6) * g[2];
  const Vector middleTwo = (1.0f / 12) * g[1];
  to[0] = 0.25f * g[0];
  to[1] = sum - middle;
  to[2] = sum + middle;
  to[3] = sumTwo + middleTwo;
  to[4] = sumTwo - middleTwo;
  to[5] = g[2];
}

inline void filterGradientLine(const Vector* p, Vector* to) {
  const Vector sum = (-1.0f / 6) * (p[1] + p[2]);
  const Vector sumTwo = p[3] + p[4];
  to[0] = 0.25f * p[0] + ((1.0f / 24) * sumTwo + sum);
  to[1] = (1.0f / 12) * (p[3] - p[4]) + (1.0f / 6) * (p[2] - p[1]);
  to[2] = ((1.0f / 6) * sumTwo + sum) + p[5];
}

// Turns FROM x FROM vectors into TO x TO by a transform of lines. `read(row, column)` gives one of them, `write(row,
// column, value)` takes one.
template <int FROM, int TO, void (*LINE)(const Vector*, Vector*), typename Read, typename Write>
inline __attribute__((always_inline)) void transform(Read read, Write write) {
  Vector between[TO][FROM];
  for (int column = 0; column < FROM; column++) {
    Vector line[FROM], result[TO];
    for (int row = 0; row < FROM; row++) line[row] = read(row, column);
    LINE(line, result);
    for (int row = 0; row < TO; row++) between[row][column] = result[row];
  }
  for (int row = 0; row < TO; row++) {
    Vector result[TO];
    LINE(between[row], result);
    for (int column = 0; column < TO; column++) write(row, column, result[column]);
  }
}

}  // namespace kwta
