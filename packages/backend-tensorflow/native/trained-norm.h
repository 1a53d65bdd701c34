// Batch normalisation as a step of a network that is trained.
#pragma once

#include <memory>

#include "batch-norm.h"
#include "network-step.h"

namespace kwta {

// By the statistics of the whole batch: work on samples, and between two such works what is known of all of them.
class TrainedNorm {
 public:
  // The line's numbers: scale (or -1), offset (or -1), moving mean and variance, epsilon, momentum.
  TrainedNorm(const StepLine& line, SampleShape x, const Weights& weights, int count);

  // Floats that the gradient needs of the batch.
  int64_t statistics() const { return 2 * x_.channels; }
  int channels() const { return x_.channels; }
  // The weights that it has gradients by.
  std::vector<int> differentiated() const { return present({scaleIndex_, offsetIndex_}); }

  // Forward: look at all samples, settle, then normalise them.
  void look(int first, int count, const float* x);
  // Sets the statistics, and what the moving mean and variance become.
  void settle(float* statistics, float* movedMean, float* movedVariance);
  void normalise(int count, const float* x, float* y) const;

  // Back: look at all samples, settle, then their gradients.
  void lookBack(int first, int count, const float* dy, const float* x, const float* statistics);
  void settleBack(const float* statistics, const std::vector<float*>& gradients);
  void gradient(int count, const float* dy, const float* x, float* dx) const;

 private:
  int64_t rows() const { return static_cast<int64_t>(x_.height) * x_.width; }
  template <typename Work>
  void forEachBlock(int first, int count, Work work) const;
  const float* weightOf(const StepLine& line, size_t index, const Weights& weights);

  const SampleShape x_;
  const int count_, scaleIndex_, offsetIndex_;
  // Of one sample.
  const int64_t block_;
  const int blocks_;
  const PartialSums partial_;
  std::vector<Tensor> held_;
  const float *scale_, *offset_, *movingMean_, *movingVariance_;
  float epsilon_, momentum_;
  std::unique_ptr<Normalizer> normalizer_;
  std::unique_ptr<NormGradient> gradient_;
};

}  // namespace kwta
