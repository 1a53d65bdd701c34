// Local winner-take-all as an activation of a network: `lwta SIZE GRADIENT`, in groups of so many neighbouring channels.
#include "choosable.h"
#include "rows.h"

KWTA_NATIVE_KERNELS(2);

namespace kwta {
namespace {

bool holdsNaN(const float* x, int64_t size) {
  IntVector found = {};
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES) {
    const Vector values = load(x + i);
    found |= values != values;
  }
  bool any = bitsOfLanes(found) != 0;
  for (; i < size; i++) any = any || std::isnan(x[i]);
  return any;
}

class Lwta : public Choosable {
 public:
  Lwta(SampleShape x, int group, GradientChoice choice) : Choosable(x.size(), choice), group_(group) {
    require(group >= 2 && x.channels % group == 0, "channels must split into groups of at least 2");
  }

  // The best of each value's group, and the best of the others there.
  int64_t scratch() const override { return 2 * size_; }

  void forward(const float* x, float* y, uint8_t* kept, int32_t* scratch) const override {
    if (holdsNaN(x, size_)) return spoil(y, kept);
    float* best = reinterpret_cast<float*>(scratch);
    float* rivals = best + size_;
    if (group_ == 2) findPairs(x, best, rivals);
    else findGroups(x, best, rivals);
    const auto wins = [&](int64_t i, int count, Vector values) { return values >= loadSome(best + i, count); };
    keepSlopes(x, kept, 0, wins, [&](int64_t i, int count, Vector) { return loadSome(rivals + i, count); });
    select(x, y, kept, wins, [](int64_t, int) { return Vector{}; });
  }

 private:
  void findPairs(const float* x, float* best, float* rivals) const {
    for (int64_t i = 0; i < size_; i += 2) {
      const float a = x[i], b = x[i + 1];
      best[i] = best[i + 1] = a > b ? a : b;
      rivals[i] = b;
      rivals[i + 1] = a;
    }
  }

  void findGroups(const float* x, float* best, float* rivals) const {
    for (int64_t start = 0; start < size_; start += group_) {
      float first = -INFINITY, second = -INFINITY;
      for (int64_t i = start; i < start + group_; i++) {
        second = std::max(second, std::min(x[i], first));
        first = std::max(first, x[i]);
      }
      for (int64_t i = start; i < start + group_; i++) {
        best[i] = first;
        rivals[i] = x[i] == first ? second : first;
      }
    }
  }

  const int group_;
};

const NetworkRule rule("lwta", [](const StepLine& line, SampleShape x, const Weights&) -> std::unique_ptr<Activation> {
  return std::make_unique<Lwta>(x, line.number(1), readChoice(line.text(2)));
});

}  // namespace
}  // namespace kwta
