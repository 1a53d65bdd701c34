#include "filter-cache.h"

#include <list>

#include "winograd-convolution.h"

namespace kwta {
namespace {

struct Kept {
  Tensor filter;
  bool turned;
  std::shared_ptr<const float[]> transformed;
  size_t bytes;
};

// What is kept at most; beyond it, what was not used for longest goes.
constexpr size_t MOST_BYTES = size_t{96} << 20;

// The last used first. Kernels hold the pool while they compute, so no two of them come here at once. Never taken down: at
// the end of the process TensorFlow may be gone already.
std::list<Kept>& kept = *new std::list<Kept>();
size_t keptBytes = 0;

void makeRoom(size_t bytes) {
  while (!kept.empty() && keptBytes + bytes > MOST_BYTES) {
    keptBytes -= kept.back().bytes;
    kept.pop_back();
  }
}

}  // namespace

std::shared_ptr<const float[]> transformedFilter(const Call& call, int input, bool turned) {
  Tensor filter = call.input(input);
  for (auto each = kept.begin(); each != kept.end(); each++) {
    if (each->filter.data() != filter.data() || each->turned != turned || each->filter.shape() != filter.shape()) continue;
    kept.splice(kept.begin(), kept, each);
    return each->transformed;
  }
  const Shape& shape = filter.shape();
  const int inner = static_cast<int>(shape[turned ? 3 : 2]);
  const int outer = static_cast<int>(shape[turned ? 2 : 3]);
  const Filters filters{filter.data(), inner, outer, turned};
  Scratch made = allocateScratch(transformedFloats(filters));
  transformAllFilters(filters, made.get());
  const std::shared_ptr<const float[]> transformed(std::move(made));
  const size_t bytes = sizeof(float) * (transformedFloats(filters) + filter.size());
  makeRoom(bytes);
  keptBytes += bytes;
  kept.push_front({std::move(filter), turned, transformed, bytes});
  return transformed;
}

}  // namespace kwta
