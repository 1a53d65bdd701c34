// Values that are passed on or stopped, with their bits as they are: a product with a mask would make NaN of an
// infinity.
#pragma once

#include <algorithm>
#include <cmath>

#include "vector.h"

namespace kwta {

inline int32_t* bitsOf(float* values) { return reinterpret_cast<int32_t*>(values); }

// `to[i] = chosen(i) ? from[i] : 0`, with the bits as they are; `chosen` takes a vector of `by`, whose lanes it sets.
template <typename Values, typename Chosen>
inline void copyChosen(const int32_t* from, const Values* by, int32_t* to, int64_t count, Chosen chosen) {
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) store(to + i, load(from + i) & chosen(load(by + i)));
  if (i == count) return;
  // What is left, by way of whole vectors.
  Values key[LANES] = {};
  int32_t value[LANES] = {};
  std::copy(by + i, by + count, key);
  std::copy(from + i, from + count, value);
  store(value, load(value) & chosen(load(key)));
  std::copy(value, value + (count - i), to + i);
}

// dy where x reaches the threshold, else 0; NaN throughout where the threshold is NaN.
inline void passWinners(float* dy, const float* x, float threshold, float* dx, int64_t size) {
  if (std::isnan(threshold)) {
    std::fill(dx, dx + size, threshold);
    return;
  }
  const Vector limit = splat(threshold);
  copyChosen(bitsOf(dy), x, bitsOf(dx), size, [&](Vector values) { return values >= limit; });
}

}  // namespace kwta
