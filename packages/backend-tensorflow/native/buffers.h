// Memory for values, used again while it is in the cache.
#pragma once

#include <vector>

#include "native-op.h"

namespace kwta {

class Buffers {
 public:
  struct Buffer {
    Scratch memory{nullptr, [](float*) {}};
    int64_t size = 0;
  };

  Buffer take(int64_t size) {
    // The smallest that will do.
    auto best = free_.end();
    for (auto each = free_.begin(); each != free_.end(); each++) {
      if (each->size >= size && (best == free_.end() || each->size < best->size)) best = each;
    }
    if (best == free_.end()) return {allocateScratch(size), size};
    Buffer buffer = std::move(*best);
    free_.erase(best);
    return buffer;
  }

  void giveBack(Buffer buffer) {
    if (buffer.memory != nullptr) free_.push_back(std::move(buffer));
  }

 private:
  std::vector<Buffer> free_;
};

}  // namespace kwta
