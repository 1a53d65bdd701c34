// MeanSparse and ReLU as an activation of a network: `mean-sparse MEAN VARIANCE MASS WIDTH GRADIENT`, where three are the
// numbers of weights: running averages, and the mass that they are divided by. A NaN stays where it is.
#include <cmath>

#include "choosable.h"
#include "rows.h"

KWTA_NATIVE_KERNELS(2);

namespace kwta {
namespace {

// A number per channel, for vectors that begin anywhere in a sample.
class PerChannel {
 public:
  template <typename Of>
  PerChannel(int channels, Of of) : channels_(channels), values_(channels + LANES) {
    for (size_t i = 0; i < values_.size(); i++) values_[i] = of(i % channels);
  }

  Vector from(int64_t i) const { return load(values_.data() + i % channels_); }

 private:
  const int64_t channels_;
  std::vector<float> values_;
};

Vector absolute(Vector values) { return values < 0 ? -values : values; }

class MeanSparse : public Choosable {
 public:
  MeanSparse(SampleShape x, float width, const Tensor& mean, const Tensor& variance, const Tensor& mass,
             GradientChoice choice)
      : Choosable(x.size(), choice),
        means_(x.channels, [&](int c) { return mean.data()[c] / massOf(mass); }),
        bands_(x.channels, [&](int c) { return width * deviationOf(variance, mass, c); }),
        // A channel that does not vary has no scale: as good as none is the exact gradient.
        widths_(x.channels, [&](int c) {
          return std::max(static_cast<float>(choice.temperature) * deviationOf(variance, mass, c), 1e-30f);
        }) {}

  void forward(const float* x, float* y, uint8_t* kept, int32_t*) const override {
    const auto outside = [&](int64_t i, Vector values) { return absolute(values - means_.from(i)) - bands_.from(i); };
    const auto wins = [&](int64_t i, int, Vector values) { return ~(values <= 0.0f) & ~(outside(i, values) <= 0.0f); };
    if (kept != nullptr && isGate()) {
      forEachVector([&](int64_t i, int count) {
        const Vector values = loadSome(x + i, count), width = widths_.from(i), mean = means_.from(i);
        const Gate gate = gateAt(outside(i, values) / width);
        const Vector slope = gate.open + absolute(values - mean) / width * gate.slope;
        const IntVector stopped = mean + (values - mean) * gate.open <= 0.0f;
        storeSome(reinterpret_cast<float*>(kept) + i, stopped ? Vector{} : slope, count);
      });
    }
    select(x, y, kept, wins, [&](int64_t i, int count) {
      const Vector values = loadSome(x + i, count), mean = means_.from(i);
      return (outside(i, values) <= 0.0f) & (mean > 0.0f) ? mean : Vector{};
    });
  }

 private:
  static float massOf(const Tensor& mass) { return std::max(mass.data()[0], 1e-6f); }
  static float deviationOf(const Tensor& variance, const Tensor& mass, int channel) {
    return std::sqrt(variance.data()[channel] / massOf(mass));
  }

  const PerChannel means_, bands_, widths_;
};

std::unique_ptr<Activation> make(const StepLine& line, SampleShape x, const Weights& weights) {
  const Tensor mean = weights.at(line.number(1)), variance = weights.at(line.number(2)), mass = weights.at(line.number(3));
  require(mean.size() == x.channels && variance.size() == x.channels && mass.size() == 1,
          "averages must have one number per channel, and their mass be a single one");
  return std::make_unique<MeanSparse>(x, line.real(4), mean, variance, mass, readChoice(line.text(5)));
}

const NetworkRule rule("mean-sparse", make);

}  // namespace
}  // namespace kwta
