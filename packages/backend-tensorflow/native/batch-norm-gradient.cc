// The gradient of batch normalisation by the batch's own statistics.
#include <cmath>
#include <vector>

#include "partial-sums.h"
#include "scale-channels.h"

namespace kwta {
namespace {

// The sums of dy and of dy (x - mean) over one block's rows.
void sumsOfBlock(const float* dy, const float* x, const float* mean, int64_t first, int64_t end, int channels,
                 float* sums, float* products) {
  forEachChannelGroup<2>(channels, [&](int c, int count, auto vectors) {
    Vector sums_[vectors] = {}, products_[vectors] = {}, means[vectors];
    for (int j = 0; j < vectors; j++) means[j] = loadSome(mean + c + j * LANES, count);
    for (int64_t row = first; row < end; row++) {
      const int64_t place = row * channels + c;
      for (int j = 0; j < vectors; j++) {
        const Vector gradient = loadSome(dy + place + j * LANES, count);
        sums_[j] += gradient;
        products_[j] += gradient * (loadSome(x + place + j * LANES, count) - means[j]);
      }
    }
    for (int j = 0; j < vectors; j++) storeSome(sums + c + j * LANES, sums_[j], count);
    for (int j = 0; j < vectors; j++) storeSome(products + c + j * LANES, products_[j], count);
  });
}

struct GradientSums {
  std::vector<double> sums, products;
};

GradientSums gradientSums(const ChannelRows& rows, const float* dy, const float* x, const float* mean) {
  const PartialSums partial(rows);
  rows.forEachBlock([&](int block, int64_t first, int64_t end) {
    sumsOfBlock(dy, x, mean, first, end, rows.channels, partial.at(block, 0), partial.at(block, 1));
  });
  GradientSums total{std::vector<double>(rows.channels), std::vector<double>(rows.channels)};
  for (int block = 0; block < rows.blocks; block++) {
    for (int c = 0; c < rows.channels; c++) {
      total.sums[c] += partial.at(block, 0)[c];
      total.products[c] += partial.at(block, 1)[c];
    }
  }
  return total;
}

// `to = a dy + b x + rest` with these three per channel.
void combineChannels(const ChannelRows& rows, const float* dy, const float* x, const std::vector<float>& a,
                     const std::vector<float>& b, const std::vector<float>& rest, float* to) {
  rows.forEachBlock([&](int, int64_t first, int64_t end) {
    forEachChannelGroup<2>(rows.channels, [&](int c, int count, auto vectors) {
      Vector as[vectors], bs[vectors], rests[vectors];
      for (int j = 0; j < vectors; j++) as[j] = loadSome(a.data() + c + j * LANES, count);
      for (int j = 0; j < vectors; j++) bs[j] = loadSome(b.data() + c + j * LANES, count);
      for (int j = 0; j < vectors; j++) rests[j] = loadSome(rest.data() + c + j * LANES, count);
      for (int64_t row = first; row < end; row++) {
        const int64_t place = row * rows.channels + c;
        for (int j = 0; j < vectors; j++) {
          const Vector value = loadSome(x + place + j * LANES, count);
          const Vector gradient = loadSome(dy + place + j * LANES, count);
          storeSome(to + place + j * LANES, as[j] * gradient + (bs[j] * value + rests[j]), count);
        }
      }
    });
  });
}

// (dy, x, mean, variance, scale) to the gradients by [x, scale, offset].
class TrainingGradient : public Kernel {
 public:
  explicit TrainingGradient(const Attributes& attributes) : epsilon_(attributes.number("epsilon")) {}

  void compute(Call& call) override {
    const Tensor dy = call.input(0), x = call.input(1), mean = call.input(2), variance = call.input(3);
    const Tensor scale = call.input(4);
    require(x.size() > 0, "batch normalisation needs values");
    require(dy.shape() == x.shape(), "dy and x must have the same shape");
    const ChannelRows rows(x.shape());
    for (const Tensor* row : {&mean, &variance, &scale}) requireRow(*row, rows.channels);
    const Tensor dx = call.output(0, x.shape());
    const Tensor byScale = call.output(1, {rows.channels}), byOffset = call.output(2, {rows.channels});
    const GradientSums total = gradientSums(rows, dy.data(), x.data(), mean.data());
    // dx = a (dy - mean(dy) - (x - mean) r^2 mean(dy (x - mean))), with a = scale r and r = 1 / sqrt(variance +
    // epsilon).
    std::vector<float> a(rows.channels), b(rows.channels), rest(rows.channels);
    for (int c = 0; c < rows.channels; c++) {
      const double r = 1 / std::sqrt(static_cast<double>(variance.data()[c]) + epsilon_);
      const double factor = scale.data()[c] * r;
      const double slope = -factor * r * r * total.products[c] / rows.rows;
      a[c] = static_cast<float>(factor);
      b[c] = static_cast<float>(slope);
      rest[c] = static_cast<float>(-factor * total.sums[c] / rows.rows - slope * mean.data()[c]);
      byScale.data()[c] = static_cast<float>(total.products[c] * r);
      byOffset.data()[c] = static_cast<float>(total.sums[c]);
    }
    combineChannels(rows, dy.data(), x.data(), a, b, rest, dx.data());
  }

 private:
  const double epsilon_;
};

const NativeOp trainingGradient("KwtaBatchNormTrainingGradient",
                                {"dy: float", "x: float", "mean: float", "variance: float", "scale: float"},
                                {"dx: float", "d_scale: float", "d_offset: float"}, {"epsilon: float"},
                                make<TrainingGradient>);

}  // namespace
}  // namespace kwta
