// Batch normalisation by the batch's own statistics, and its gradient, as ops of TensorFlow.
#include "batch-norm.h"
#include "scale-channels.h"

namespace kwta {
namespace {

int64_t rowsOf(const ChannelRows& rows, int block) {
  return std::min<int64_t>(rows.block, rows.rows - block * rows.block);
}

void moments(const ChannelRows& rows, const float* x, float* mean, float* variance) {
  const PartialSums partial(rows.blocks, rows.channels);
  rows.forEachBlock([&](int block, int64_t first, int64_t end) {
    momentsOfBlock(x, first, end, rows.channels, partial.at(block, 0), partial.at(block, 1));
  });
  Moments all(rows.channels);
  for (int block = 0; block < rows.blocks; block++) {
    all.join(partial.at(block, 0), partial.at(block, 1), rowsOf(rows, block));
  }
  all.give(mean, variance);
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
    const Normalizer normalizer(rows.channels, mean.data(), variance.data(), epsilon_, scale.data(), offset.data());
    scaleChannels(rows, x.data(), normalizer.factor.data(), normalizer.offset.data(), y.data());
  }

 private:
  const double epsilon_;
};

const NativeOp training("KwtaBatchNormTraining", {"x: float", "scale: float", "offset: float"},
                        {"y: float", "mean: float", "variance: float"}, {"epsilon: float"}, make<Training>);

GradientSums gradientSums(const ChannelRows& rows, const float* dy, const float* x, const float* mean) {
  const PartialSums partial(rows.blocks, rows.channels);
  rows.forEachBlock([&](int block, int64_t first, int64_t end) {
    sumsOfBlock(dy, x, mean, first, end, rows.channels, partial.at(block, 0), partial.at(block, 1));
  });
  GradientSums total(rows.channels);
  for (int block = 0; block < rows.blocks; block++) total.join(partial.at(block, 0), partial.at(block, 1));
  return total;
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
    const NormGradient gradient(gradientSums(rows, dy.data(), x.data(), mean.data()), rows.rows, mean.data(),
                                variance.data(), epsilon_, scale.data(), byScale.data(), byOffset.data());
    rows.forEachBlock([&](int, int64_t first, int64_t end) {
      combineRows(gradient, dy.data(), x.data(), first, end, dx.data());
    });
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
