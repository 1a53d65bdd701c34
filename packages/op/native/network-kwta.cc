// k-Winners-Take-All as an activation of a network: `kwta K GRADIENT`.
#include "choosable.h"
#include "rows.h"
#include "select.h"

KWTA_NATIVE_KERNELS(2);

namespace kwta {
namespace {

class Kwta : public Choosable {
 public:
  Kwta(int64_t size, int64_t k, GradientChoice choice) : Choosable(size, choice), k_(k) {
    require(k >= 1 && k <= size, "k must be from 1 to the number of values per row");
  }

  int64_t scratch() const override { return selectionScratch(size_); }

  void forward(const float* x, float* y, uint8_t* kept, int32_t* scratch) const override {
    const Selection selection = selectKth(reinterpret_cast<const int32_t*>(x), size_, k_, scratch);
    if (selection.holdsNaN) return spoil(y, kept);
    const int32_t bits = orderedKey(selection.key);
    float threshold;
    std::memcpy(&threshold, &bits, sizeof(threshold));
    const Vector limits = splat(threshold);
    const auto wins = [&](int64_t, int, Vector values) { return values >= limits; };
    keepSlopes(x, kept, 0, wins, [&](int64_t, int, Vector) { return limits; });
    select(x, y, kept, wins, [](int64_t, int) { return Vector{}; });
  }

 private:
  const int64_t k_;
};

const NetworkRule rule("kwta", [](const StepLine& line, SampleShape x, const Weights&) -> std::unique_ptr<Activation> {
  return std::make_unique<Kwta>(x.size(), line.number(1), readChoice(line.text(2)));
});

}  // namespace
}  // namespace kwta
