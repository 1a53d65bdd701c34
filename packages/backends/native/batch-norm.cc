// Batch normalisation by the batch's own statistics, and its gradient.
#include <cmath>
#include <vector>

#include "channel-rows.h"

namespace kwta {
namespace {

// Two numbers per channel, of each block: [blocks][2][channels].
class Partial {
 public:
  explicit Partial(const ChannelRows& rows)
      : channels_(rows.channels), memory_(allocateScratch(static_cast<size_t>(rows.blocks) * 2 * rows.channels)) {}
  float* at(int block, int part) const { return memory_.get() + (2 * static_cast<size_t>(block) + part) * channels_; }

 private:
  int channels_;
  Scratch memory_;
};

// The mean of one block's rows and the sum of squares of the distances to it: two looks at what lies in the first cache.
void momentsOfBlock(const float* x, int64_t first, int64_t end, int channels, float* means, float* squares) {
  forEachChannelGroup<4>(channels, [&](int c, int count, auto vectors) {
    Vector sums[vectors] = {}, means_[vectors], squares_[vectors] = {};
    for (int64_t row = first; row < end; row++) {
      for (int j = 0; j < vectors; j++) sums[j] += loadSome(x + row * channels + c + j * LANES, count);
    }
    for (int j = 0; j < vectors; j++) means_[j] = sums[j] / static_cast<float>(end - first);
    for (int64_t row = first; row < end; row++) {
      for (int j = 0; j < vectors; j++) {
        const Vector distance = loadSome(x + row * channels + c + j * LANES, count) - means_[j];
        squares_[j] += distance * distance;
      }
    }
    for (int j = 0; j < vectors; j++) storeSome(means + c + j * LANES, means_[j], count);
    for (int j = 0; j < vectors; j++) storeSome(squares + c + j * LANES, squares_[j], count);
  });
}

// Mean and variance of each channel: those of the blocks, joined in their order (Chan, Golub, LeVeque, 1983).
void moments(const ChannelRows& rows, const float* x, float* mean, float* variance) {
  const Partial partial(rows);
  rows.forEachBlock([&](int block, int64_t first, int64_t end) {
    momentsOfBlock(x, first, end, rows.channels, partial.at(block, 0), partial.at(block, 1));
  });
  std::vector<double> means(rows.channels), squares(rows.channels);
  for (int block = 0; block < rows.blocks; block++) {
    const double seen = static_cast<double>(block) * rows.block;
    const double count = static_cast<double>(std::min<int64_t>(rows.block, rows.rows - block * rows.block));
    const double share = count / (seen + count);
    const float* blockMeans = partial.at(block, 0);
    const float* blockSquares = partial.at(block, 1);
    for (int c = 0; c < rows.channels; c++) {
      const double distance = blockMeans[c] - means[c];
      squares[c] += blockSquares[c] + distance * distance * seen * share;
      means[c] += distance * share;
    }
  }
  for (int c = 0; c < rows.channels; c++) {
    mean[c] = static_cast<float>(means[c]);
    variance[c] = static_cast<float>(squares[c] / rows.rows);
  }
}

// `to = factor * x + offset` with a factor and an offset per channel.
void scaleChannels(const ChannelRows& rows, const float* x, const float* factor, const float* offset, float* to) {
  rows.forEachBlock([&](int, int64_t first, int64_t end) {
    forEachChannelGroup<4>(rows.channels, [&](int c, int count, auto vectors) {
      Vector factors[vectors], offsets[vectors];
      for (int j = 0; j < vectors; j++) factors[j] = loadSome(factor + c + j * LANES, count);
      for (int j = 0; j < vectors; j++) offsets[j] = loadSome(offset + c + j * LANES, count);
      for (int64_t row = first; row < end; row++) {
        const int64_t place = row * rows.channels + c;
        for (int j = 0; j < vectors; j++) {
          const Vector value = loadSome(x + place + j * LANES, count);
          storeSome(to + place + j * LANES, factors[j] * value + offsets[j], count);
        }
      }
    });
  });
}

void requireRow(const Tensor& tensor, int channels) {
  require(tensor.size() == channels, "scale, offset and statistics must have one number per channel");
}

// (x, scale, offset) to [y, mean, variance].
class Training : public Kernel {
 public:
  explicit Training(const Attributes& attributes) : epsilon_(attributes.number("epsilon")) {}

  void compute(Call& call) override {
    const Tensor x = call.input(0), scale = call.input(1), offset = call.input(2);
    require(x.size() > 0, "batch normalisation needs values");
    const ChannelRows rows(x.shape());
    requireRow(scale, rows.channels);
    requireRow(offset, rows.channels);
    const Tensor y = call.output(0, x.shape());
    const Tensor mean = call.output(1, {rows.channels}), variance = call.output(2, {rows.channels});
    moments(rows, x.data(), mean.data(), variance.data());
    std::vector<float> a(rows.channels), b(rows.channels);
    for (int c = 0; c < rows.channels; c++) {
      const double factor = scale.data()[c] / std::sqrt(static_cast<double>(variance.data()[c]) + epsilon_);
      a[c] = static_cast<float>(factor);
      b[c] = static_cast<float>(offset.data()[c] - mean.data()[c] * factor);
    }
    scaleChannels(rows, x.data(), a.data(), b.data(), y.data());
  }

 private:
  const double epsilon_;
};

const NativeOp training("KwtaBatchNormTraining", {"x: float", "scale: float", "offset: float"},
                        {"y: float", "mean: float", "variance: float"}, {"epsilon: float"}, make<Training>);

// (x, factor, offset) to factor x + offset, with one of each per channel: batch normalisation with given statistics.
class Scale : public Kernel {
 public:
  explicit Scale(const Attributes&) {}

  void compute(Call& call) override {
    const Tensor x = call.input(0), factor = call.input(1), offset = call.input(2);
    const Tensor y = call.output(0, x.shape());
    if (x.size() == 0) return;
    const ChannelRows rows(x.shape());
    requireRow(factor, rows.channels);
    requireRow(offset, rows.channels);
    scaleChannels(rows, x.data(), factor.data(), offset.data(), y.data());
  }
};

const NativeOp scale("KwtaScaleChannels", {"x: float", "factor: float", "offset: float"}, {"y: float"}, {}, make<Scale>);

// The sums of dy and of dy (x - mean) over one block's rows.
void sumsOfBlock(const float* dy, const float* x, const float* mean, int64_t first, int64_t end, int channels, float* sums,
                 float* products) {
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
  const Partial partial(rows);
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
    // dx = a (dy - mean(dy) - (x - mean) r^2 mean(dy (x - mean))), with a = scale r and r = 1 / sqrt(variance + epsilon).
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
