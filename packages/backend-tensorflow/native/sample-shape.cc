#include "sample-shape.h"

#include <climits>

namespace kwta {

SampleShape sampleOf(const Shape& x) {
  require(x.size() >= 2 && x.size() <= 4 && sizeOf(x) > 0, "x must be samples of one to three axes, none of them of length 0");
  require(x[0] < INT_MAX && sizeOf(x) / x[0] < (1 << 30), "there are too many samples, or they are too large");
  const auto axis = [&](size_t index) { return index < x.size() ? static_cast<int>(x[index]) : 1; };
  if (x.size() == 2) return {1, 1, axis(1)};
  if (x.size() == 3) return {1, axis(1), axis(2)};
  return {axis(1), axis(2), axis(3)};
}

}  // namespace kwta
