// Batch normalisation by the batch's own statistics.
#include <cmath>
#include <vector>

#include "partial-sums.h"
#include "scale-channels.h"

namespace kwta {
namespace {

// The mean of one block's rows and the sum of squares of the distances to it: two looks at what lies in the first
// cache.
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
  const PartialSums partial(rows);
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

}  // namespace
}  // namespace kwta
