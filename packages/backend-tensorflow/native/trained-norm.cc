#include "trained-norm.h"

#include "scale-channels.h"

namespace kwta {
namespace {

// Rows that fit into the first cache.
int64_t blockOf(SampleShape x) { return std::max<int64_t>(1, 8192 / x.channels); }

}  // namespace

TrainedNorm::TrainedNorm(const StepLine& line, SampleShape x, const Weights& weights, int count)
    : x_(x),
      count_(count),
      scaleIndex_(line.number(0)),
      offsetIndex_(line.number(1)),
      block_(blockOf(x)),
      blocks_(static_cast<int>((rows() + block_ - 1) / block_)),
      partial_(blocks_ * count, x.channels),
      scale_(weightOf(line, 0, weights)),
      offset_(weightOf(line, 1, weights)),
      movingMean_(weightOf(line, 2, weights)),
      movingVariance_(weightOf(line, 3, weights)),
      epsilon_(line.real(4)),
      momentum_(line.real(5)) {
  require(movingMean_ != nullptr && movingVariance_ != nullptr, "a norm that is trained needs moving statistics");
}

const float* TrainedNorm::weightOf(const StepLine& line, size_t index, const Weights& weights) {
  if (line.number(index) < 0) return nullptr;
  held_.push_back(weights.at(line.number(index)));
  requireRow(held_.back(), x_.channels);
  return held_.back().data();
}

// Runs `work(number, first row of the sample, row after the last, sample)`. The cut depends on the shape of a sample alone.
template <typename Work>
void TrainedNorm::forEachBlock(int first, int count, Work work) const {
  for (int sample = 0; sample < count; sample++) {
    for (int i = 0; i < blocks_; i++) {
      work((first + sample) * blocks_ + i, i * block_, std::min(rows(), (i + 1) * block_), sample);
    }
  }
}

void TrainedNorm::look(int first, int count, const float* x) {
  forEachBlock(first, count, [&](int number, int64_t from, int64_t end, int sample) {
    momentsOfBlock(x + sample * x_.size(), from, end, x_.channels, partial_.at(number, 0), partial_.at(number, 1));
  });
}

void TrainedNorm::settle(float* statistics, float* movedMean, float* movedVariance) {
  Moments all(x_.channels);
  forEachBlock(0, count_, [&](int number, int64_t from, int64_t end, int) {
    all.join(partial_.at(number, 0), partial_.at(number, 1), end - from);
  });
  float* mean = statistics;
  float* variance = statistics + x_.channels;
  all.give(mean, variance);
  normalizer_ = std::make_unique<Normalizer>(x_.channels, mean, variance, epsilon_, scale_, offset_);
  // The variance of what the batch is a sample of; one value has none.
  const float values = static_cast<float>(rows() * count_);
  const float unbiased = values > 1 ? values / (values - 1) : 1;
  for (int c = 0; c < x_.channels; c++) {
    movedMean[c] = movingMean_[c] - (movingMean_[c] - mean[c]) * (1 - momentum_);
    movedVariance[c] = movingVariance_[c] - (movingVariance_[c] - variance[c] * unbiased) * (1 - momentum_);
  }
}

void TrainedNorm::normalise(int count, const float* x, float* y) const {
  const ChannelRows all({count, x_.height, x_.width, x_.channels});
  scaleChannels(all, x, normalizer_->factor.data(), normalizer_->offset.data(), y);
}

void TrainedNorm::lookBack(int first, int count, const float* dy, const float* x, const float* statistics) {
  forEachBlock(first, count, [&](int number, int64_t from, int64_t end, int sample) {
    const int64_t place = sample * x_.size();
    sumsOfBlock(dy + place, x + place, statistics, from, end, x_.channels, partial_.at(number, 0), partial_.at(number, 1));
  });
}

void TrainedNorm::settleBack(const float* statistics, const std::vector<float*>& gradients) {
  GradientSums total(x_.channels);
  for (int number = 0; number < blocks_ * count_; number++) total.join(partial_.at(number, 0), partial_.at(number, 1));
  const auto of = [&](int index) { return index < 0 ? nullptr : gradients[index]; };
  gradient_ = std::make_unique<NormGradient>(total, rows() * count_, statistics, statistics + x_.channels, epsilon_, scale_,
                                             of(scaleIndex_), of(offsetIndex_));
}

void TrainedNorm::gradient(int count, const float* dy, const float* x, float* dx) const {
  for (int sample = 0; sample < count; sample++) {
    const int64_t place = sample * x_.size();
    combineRows(*gradient_, dy + place, x + place, 0, rows(), dx + place);
  }
}

}  // namespace kwta
