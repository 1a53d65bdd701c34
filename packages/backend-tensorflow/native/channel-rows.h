// Work on tensors as rows of channels, with results that do not depend on the threads.
#pragma once

#include <algorithm>

#include "native-op.h"
#include "thread-pool.h"
#include "vector.h"

namespace kwta {

// A tensor as [rows, channels], cut into blocks of rows that fit into the first cache. The cut depends on the shape
// alone.
struct ChannelRows {
  int64_t rows;
  int channels;
  int64_t block;
  int blocks;

  explicit ChannelRows(const Shape& shape)
      : rows(sizeOf(shape) / shape.back()),
        channels(static_cast<int>(shape.back())),
        block(std::max<int64_t>(1, 8192 / channels)),
        blocks(static_cast<int>((rows + block - 1) / block)) {}

  // Runs `work(index, first, end)` for each block, `end` the row after its last.
  template <typename Work>
  void forEachBlock(Work work) const {
    parallelFor(blocks, [&](int index, int) { work(index, index * block, std::min(rows, (index + 1) * block)); });
  }
};

// Runs `work(channel, count)` for groups of VECTORS vectors of channels, then for what is left: `count` is the number
// of channels of a vector that is not whole, else LANES; `vectors` is a constant.
template <int VECTORS, typename Work>
inline void forEachChannelGroup(int channels, Work work) {
  int c = 0;
  for (; c + VECTORS * LANES <= channels; c += VECTORS * LANES) work(c, LANES, std::integral_constant<int, VECTORS>());
  for (; c < channels; c += LANES) work(c, std::min(LANES, channels - c), std::integral_constant<int, 1>());
}

}  // namespace kwta
