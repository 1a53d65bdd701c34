#pragma once

#include "vector.h"

namespace kwta {

// Exchanges rows and columns of a square of numbers: LANES vectors.
inline void transpose(Vector* rows) {
  IntVector lanes;
  for (int i = 0; i < LANES; i++) lanes[i] = i;
  for (int size = 1; size < LANES; size *= 2) {
    const IntVector second = (lanes & size) != 0;
    const IntVector upper = second ? lanes - size + LANES : lanes;
    const IntVector lower = second ? lanes + LANES : lanes + size;
    for (int i = 0; i < LANES; i++) {
      if (i & size) continue;
      const Vector a = rows[i];
      const Vector b = rows[i + size];
      rows[i] = __builtin_shuffle(a, b, upper);
      rows[i + size] = __builtin_shuffle(a, b, lower);
    }
  }
}

}  // namespace kwta
