// Statistical top-k as an activation of a network: `statistical-top-k Z`: what lies more than Z standard deviations above the
// mean of the sample, as the distance to that.
#include <cmath>

#include "gate.h"
#include "network-rule.h"
#include "rows.h"

KWTA_NATIVE_KERNELS(2);

namespace kwta {
namespace {

class StatisticalTopK : public Activation {
 public:
  StatisticalTopK(int64_t size, float z) : size_(size), z_(z) {}

  // The deviation, and distances to the mean.
  int64_t tapeBytes() const override { return (1 + size_) * sizeof(float); }

  void forward(const float* x, float* y, uint8_t* kept, int32_t*) const override {
    const double mean = sumOf(x, 0, size_, [](const Doubles& value) -> const Doubles& { return value; }) / size_;
    const double squares =
        sumOf(x, 0, size_, [&](const Doubles& value) { return (value - mean) * (value - mean); });
    // The root of 0 has no slope.
    const auto deviation = static_cast<float>(std::sqrt(squares / size_ + TINY));
    const auto centre = static_cast<float>(mean);
    const float limit = z_ * deviation;
    float* own = reinterpret_cast<float*>(kept);
    if (own != nullptr) {
      own[0] = deviation;
      for (int64_t i = 0; i < size_; i++) own[1 + i] = x[i] - centre;
    }
    // A sample that holds a NaN or an infinity comes out all NaN.
    const float spoilt = 0 * deviation;
    for (int64_t i = 0; i < size_; i++) {
      const float above = (x[i] - centre) - limit;
      y[i] = (above > 0 ? above : 0) + spoilt;
    }
  }

  void backward(const float* dy, const uint8_t* kept, float* dx) const override {
    const float* own = reinterpret_cast<const float*>(kept);
    const float deviation = own[0];
    const float* distances = own + 1;
    const float limit = z_ * deviation;
    double sum = 0, centre = 0;
    for (int64_t i = 0; i < size_; i++) {
      dx[i] = distances[i] > limit ? dy[i] : 0;
      sum += dx[i];
      centre += distances[i];
    }
    const double byDeviation = -z_ * sum / (size_ * static_cast<double>(deviation));
    const auto slope = static_cast<float>(byDeviation);
    const auto all = static_cast<float>((sum + byDeviation * centre) / size_) + 0 * deviation;
    for (int64_t i = 0; i < size_; i++) dx[i] += slope * distances[i] - all;
  }

 private:
  static constexpr double TINY = 1e-12;

  const int64_t size_;
  const float z_;
};

const NetworkRule rule("statistical-top-k",
                       [](const StepLine& line, SampleShape x, const Weights&) -> std::unique_ptr<Activation> {
                         return std::make_unique<StatisticalTopK>(x.size(), line.real(1));
                       });

}  // namespace
}  // namespace kwta
