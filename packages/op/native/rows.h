// Rows of values that compete with each other.
#pragma once

#include <algorithm>

#include "native-op.h"
#include "thread-pool.h"

namespace kwta {

struct Rows {
  int64_t rows, size;

  explicit Rows(const Shape& shape) : rows(shape[0]), size(1) {
    for (size_t axis = 1; axis < shape.size(); axis++) size *= shape[axis];
  }

  // Runs `work(row, worker)` for all rows; small ones are taken many at a time.
  template <typename Work>
  void forEach(Work work) const {
    const int64_t together = std::max<int64_t>(1, 8192 / std::max<int64_t>(1, size));
    const auto chunks = static_cast<int>((rows + together - 1) / together);
    parallelFor(chunks, [&](int chunk, int worker) {
      const int64_t first = chunk * together;
      for (int64_t row = first; row < std::min(rows, first + together); row++) work(row, worker);
    });
  }
};

inline void requireRows(const Tensor& tensor) {
  require(tensor.shape().size() >= 2, "the values must have a batch axis and another one");
}

// For a gradient by x, given dy and the threshold of each row.
inline void requireGradientInputs(const Tensor& dy, const Tensor& x, const Tensor& threshold) {
  requireRows(x);
  require(dy.shape() == x.shape(), "dy and x must have the same shape");
  require(threshold.size() == x.shape()[0], "there must be one threshold per row");
}

}  // namespace kwta
